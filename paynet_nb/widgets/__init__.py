"""What a person clicks in a notebook."""

from __future__ import annotations

from paynet_nb.widgets.credential_form import CredentialForm

__all__ = ["CredentialForm"]
