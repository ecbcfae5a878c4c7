"""`login` and `CredentialForm` in a kernel, where nobody clicks and cells run again."""

from __future__ import annotations

from tests.helpers.kernels import run

HERE = """
import paynet_nb as pn
from paynet_nb.sandbox import Sandbox
from tests.helpers.forms import status, submit
box = Sandbox()
keys = box.credentials.client_id, box.credentials.client_secret.reveal()
"""


def test_run_all_without_keys_fails_where_they_are_needed() -> None:
    """The form is shown, nothing waits, and the next cell says what to set."""
    said = run(
        "import paynet_nb as pn; session = pn.login(pn.CERTIFICATION)",
        "session",
        "session.client",
    )

    told, form = said[0].split("\n", 1)
    assert told.startswith("certification: fill in the form; nothing in: arguments")
    assert form.startswith("<CredentialForm for certification (no token yet)")
    assert said[1].startswith("<CredentialForm for certification (no token yet)")
    assert said[2].startswith("CredentialsError: no credentials yet: fill in the form")
    assert "headless: set PAYNET_CLIENT_ID" in said[2]


def test_a_session_shows_its_form_once_and_is_served_by_it() -> None:
    """Filled in, the form serves; the login run again finds it and keeps the token."""
    # Where `login` has shown the form, the cell's last line does not show it again.
    login = "session = pn.login(box.environment)\nsession"
    said = run(
        HERE,
        login,
        "submit(session.form, *keys); print(session); session",
        "session.client is session.form.client and session.auth.get_token().scope",
        login,
        "session.submitted",
        "pn.login(box)",
    )

    assert said[1].count("<CredentialForm") == 1
    assert "no credentials yet" not in said[1]
    # The form itself, which tells how things are whenever one looks.
    text, form = said[2].split("\n", 1)
    assert text == "<Session for sandbox: credentials from form>"
    assert form.startswith("<CredentialForm for sandbox (sandbox: token held until")
    assert said[3] == "'rpp:merchant'"
    assert said[5] == "True"
    assert said[6].endswith("<Session for sandbox: credentials from sandbox>")


def test_running_the_cell_again_keeps_the_token() -> None:
    """The new form takes over, says so, and nothing is sent; other keys replace it."""
    again = "form = pn.CredentialForm(box.environment)"
    said = run(
        HERE,
        again,
        "submit(form, *keys); first = form.client",
        again,
        again,
        "form.client is first and len(box.requests) == 1 and status(form)",
        "submit(form, 'other', 'keys of mine'); form.submitted",
        again,
        "form.submitted",
    )

    assert said[5].startswith("'sandbox: token held until ")
    assert said[5].endswith("Kuala Lumpur, from the form run before'")
    assert said[6] == said[8] == "False"


def test_a_token_is_taken_over_only_beyond_doubt() -> None:
    """By the same cell and for the same environments; not by guessing between two."""
    cell = "form = pn.CredentialForm(here); form.submitted"
    said = run(
        HERE + "here = box; other = Sandbox()",
        cell,
        "submit(form); kept = form; pn.CredentialForm(here).submitted",
        "here = other",
        cell,
        "here = box",
        cell,
        "form.session.take(None); submit(form, keys[0], 'wrong-one-1'); submit(form)\n"
        "form.client is kept.client",
        cell,
        "del kept; submit(form); form",
        "del form",
        cell,
    )

    another_cell, another_environment, again = said[2], said[4], said[6]
    assert (another_cell, another_environment, again) == ("False", "False", "True")
    of_two, from_old_outputs = said[8], said[11]
    assert (said[7], of_two, from_old_outputs) == ("False", "False", "False")
