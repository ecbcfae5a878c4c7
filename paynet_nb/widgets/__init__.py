"""What a person clicks in a notebook."""

from typing import TYPE_CHECKING

from paynet_nb.display import names_loaded_late

if TYPE_CHECKING:
    from paynet_nb.widgets.credential_form import CredentialForm as CredentialForm
    from paynet_nb.widgets.history_view import HistoryView as HistoryView
    from paynet_nb.widgets.key_form import KeyForm as KeyForm
    from paynet_nb.widgets.request_form import RequestForm as RequestForm
    from paynet_nb.widgets.token_card import TokenCard as TokenCard
else:
    __all__, __getattr__, __dir__ = names_loaded_late(
        __name__,
        {
            "credential_form": "CredentialForm",
            "history_view": "HistoryView",
            "key_form": "KeyForm",
            "request_form": "RequestForm",
            "token_card": "TokenCard",
        },
    )
