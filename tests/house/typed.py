"""What people write, as a type checker sees it; nothing here is run.

A line with a mark is a mistake. mypy complains of a mark that stands by none, so each
is held to be seen.
"""

from __future__ import annotations

import paynet_nb as pn


def right(auth: pn.ClientCredentialsAuth, session: pn.Session) -> None:
    """Go the way to the token, by each of the doors."""
    client = pn.Client(auth)
    token: pn.Token = client.auth.get_token()
    session.client.auth.forget()
    form_client = pn.CredentialForm(pn.CERTIFICATION).client
    form_client.auth.renew()
    pn.Client(None, pn.CERTIFICATION).get("/x", headers={"X-Is": repr(token)}).json()


def mistaken() -> None:
    """Mistype a name, and a stage."""
    _ = pn.Clinet  # type: ignore[attr-defined]
    pn.Environment(
        name="x",
        base_url="",
        token_url="",
        stage="prod",  # type: ignore[arg-type]
    )
