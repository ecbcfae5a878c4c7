"""What a person clicks in a notebook."""

from __future__ import annotations

from paynet_nb.widgets.credential_form import CredentialForm
from paynet_nb.widgets.history_view import HistoryView
from paynet_nb.widgets.request_form import RequestForm
from paynet_nb.widgets.token_card import TokenCard

__all__ = ["CredentialForm", "HistoryView", "RequestForm", "TokenCard"]
