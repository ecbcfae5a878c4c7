"""What a front end gets of `_repr_html_` is a plain `str`."""

from __future__ import annotations

import ast
from typing import Any

import pytest

import paynet_nb as pn
from paynet_nb.course import check, hint, progress
from paynet_nb.sandbox import Sandbox
from tests.house.repo import modules


def shown() -> dict[str, object]:
    """Make one of each class that shows itself by HTML."""
    with Sandbox() as box:
        auth = pn.ClientCredentialsAuth(box.credentials)
        client = pn.Client(auth)
        ids = box.example("bank list")
        call = client.get("/merchants/v1/payments/lists/bank", params=ids)
        token = auth.get_token()
        values: list[Any] = [
            *(box, box.environment, token, pn.inspect_token(token), client.history),
            *(call, call.kept, call.explain(), pn.compare(call, call)),
            *(pn.explain_signature(call), check("00.1"), hint("00.1"), progress()),
            client.history.plot().figure,
        ]
        return {type(value).__name__: value._repr_html_() for value in values}


def test_all_that_shows_itself_gives_a_plain_str(
    tmp_path: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    """marimo writes a subclass of `str` as an empty object, and shows an error."""
    monkeypatch.chdir(str(tmp_path))
    found = shown()

    have_it = {
        node.name
        for path in modules().values()
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.ClassDef)
        for method in node.body
        if isinstance(method, ast.FunctionDef) and method.name == "_repr_html_"
    }
    # A protocol; and a call whose record differs, which shows that.
    assert have_it - {*found} == {"Shown", "LiveCall"}
    assert {name: type(html) for name, html in found.items()} == dict.fromkeys(
        found, str
    )
