"""On Binder, which others run, no way in takes keys of an environment of PayNet's."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import requests

import paynet_nb as pn
from paynet_nb.sandbox import Sandbox
from tests.helpers.forms import status, submit

SECRET = "canary-secret-7f3a"
OWN = pn.Environment(
    name="own",
    stage="system-verification",
    base_url="https://gateway.example",
    token_url="https://gateway.example/token",
)
WAYS_IN: dict[str, Callable[[pn.Environment], object]] = {
    "credentials": lambda where: pn.Credentials("id", SECRET, where),
    "variables": pn.Credentials.from_env,
    "prompt": pn.Credentials.prompt,
    "login": pn.login,
    "login by arguments": lambda where: pn.login(
        where, client_id="id", client_secret=SECRET
    ),
    "client": lambda where: pn.Client(None, where),
}


@pytest.fixture(autouse=True)
def binder(monkeypatch: pytest.MonkeyPatch) -> None:
    """Be on a BinderHub's server, with real keys in its variables."""
    monkeypatch.setenv("BINDER_SERVICE_HOST", "10.0.0.7")
    monkeypatch.setenv("PAYNET_CLIENT_ID", "id")
    monkeypatch.setenv("PAYNET_CLIENT_SECRET", SECRET)


@pytest.mark.parametrize("way", WAYS_IN)
@pytest.mark.parametrize(
    "where",
    [pn.CERTIFICATION, pn.REPORTS_UAT, pn.REPORTS_PRODUCTION, OWN],
    ids=lambda where: where.name,
)
def test_every_stage_but_the_sandbox_is_refused(
    way: str, where: pn.Environment
) -> None:
    """In one line, which says where to go and holds no secret."""
    with pytest.raises(pn.RefusedError) as caught:
        WAYS_IN[way](where)

    told = str(caught.value)
    assert told.startswith("public machine: sandbox only: ")
    assert where.name in told
    assert "\n" not in told
    assert SECRET not in told


def test_a_key_without_an_environment_signs_for_no_other_machine() -> None:
    """Bare requests tell no stage, so the host counts: a sandbox here is taken."""
    key = pn.SigningKey.generate()
    some = [
        pn.JwsAuth(key, iss="BANKMYK1", key_id="k"),
        pn.PayJwtAuth(key, iss="BANKMYK1", sub="BANKMYK1", key_id="k"),
    ]
    ask = {"X-Business-Message-Id": "20260101BANKMYK1650OBW00000001"}

    for auth in some:
        with pytest.raises(pn.RefusedError, match=r"^public machine: sandbox only: "):
            requests.get(OWN.base_url, auth=auth, headers=ask, timeout=30)
    with Sandbox() as box:
        answer = requests.get(box.url, auth=some[0], headers=ask, timeout=30)
    assert "Bearer " in str(answer.request.headers["Authorization"])


def test_the_sandbox_serves_and_says_that_it_is_all_there_is() -> None:
    """Its card says so, and its keys work."""
    with Sandbox() as box:
        assert "public machine: sandbox only" in box._repr_html_()
        assert pn.login(box).auth.get_token().scope == "rpp:merchant"


def test_the_form_closes_other_environments_and_takes_no_keys_for_them() -> None:
    """The sandbox is chosen, wherever it stands among them."""
    with Sandbox() as box:
        form = pn.CredentialForm(pn.CERTIFICATION, box)
        state = form.get_state()
        submit(form, "id", SECRET, environment=0)
        told = status(form)

    assert [one["closed"] for one in state["_environments"]] == [
        "public machine: sandbox only",
        "",
    ]
    assert "public machine: sandbox only" in state["_environments"][1]["note"]
    assert state["_chosen"] == 1
    assert not form.submitted
    assert "public machine: sandbox only" in told


def test_a_form_without_a_sandbox_is_closed_altogether() -> None:
    """It can be shown all the same, and says why."""
    form = pn.CredentialForm(pn.CERTIFICATION, pn.REPORTS_UAT)

    assert all(one["closed"] for one in form.get_state()["_environments"])


def test_elsewhere_nothing_is_closed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the variable of a BinderHub."""
    monkeypatch.delenv("BINDER_SERVICE_HOST")

    made = [way(pn.CERTIFICATION) for name, way in WAYS_IN.items() if name != "prompt"]
    form = pn.CredentialForm(pn.CERTIFICATION)

    assert all(made)
    assert form.get_state()["_environments"][0]["closed"] == ""
    with Sandbox() as box:
        assert "public machine" not in box._repr_html_()
