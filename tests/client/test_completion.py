"""Tab, pressed behind `client.get("`, in IPython itself."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from IPython.core.completer import provisionalcompleter
from IPython.core.interactiveshell import InteractiveShell

import paynet_nb as pn
from paynet_nb.sandbox import Sandbox


@pytest.fixture
def shell() -> Iterator[Any]:
    """Run this test in IPython."""
    shell: Any = InteractiveShell.instance()
    yield shell
    InteractiveShell.clear_instance()


def offered(shell: Any, line: str) -> list[str]:
    """Press Tab at the end of a line; give the lines that it can become."""
    with provisionalcompleter():
        found = [*shell.Completer.completions(line, len(line))]
    return [line[: one.start] + one.text + line[one.end :] for one in found]


def test_tab_offers_the_contracts_paths_of_that_method(shell: Any) -> None:
    """As `client.endpoints()` lists them for this environment, and nothing else."""
    with Sandbox() as box:
        client = pn.Client(pn.ClientCredentialsAuth(box.credentials))
        pn.Client(client.auth)  # a second one offers nothing twice
    shell.user_ns["client"] = client
    known = client.endpoints().query("path != ''")
    gets = known[known["call"].str.startswith("GET ")]["path"]

    assert offered(shell, 'client.get("') == [
        f'client.get("{one}' for one in sorted(gets)
    ]
    assert offered(shell, "call = client.post('/merchants/v1/payments/re") == [
        "call = client.post('/merchants/v1/payments/redirect"
    ]
    assert offered(shell, 'client.call("GET", "/merchants/v1/payments/li') == [
        'client.call("GET", "/merchants/v1/payments/lists/bank'
    ]
    # Another one's client, whose name is the same.
    assert not any("/v1" in one for one in offered(shell, 'x.client.get("/merchants/'))
    assert len(gets) > 3


def test_tab_offers_what_it_did_elsewhere(shell: Any) -> None:
    """Of what is no client, and where an environment has no such call."""
    client = pn.Client(None, pn.CERTIFICATION)
    shell.user_ns.update(client=client, other={"a key": 1})

    assert not any("/merchants" in one for one in offered(shell, 'client.get("/mer'))
    assert not any("/merchants" in one for one in offered(shell, 'other.get("/mer'))
    assert "client.history" in offered(shell, "client.hist")
