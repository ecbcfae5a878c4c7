"""Call and tabulate: `Client`, `Session`, and many calls at once."""

from typing import TYPE_CHECKING

from paynet_nb.display import names_loaded_late

if TYPE_CHECKING:
    from paynet_nb.client.client import Client as Client
    from paynet_nb.client.notifications import Receiver as Receiver, Reply as Reply
    from paynet_nb.client.published import codes as codes
    from paynet_nb.client.session import (
        WITHOUT_A_FORM as WITHOUT_A_FORM,
        HasKeys as HasKeys,
        Session as Session,
    )
else:
    __all__, __getattr__, __dir__ = names_loaded_late(
        __name__,
        {
            "client": "Client",
            "notifications": "Receiver Reply",
            "published": "codes",
            "session": "HasKeys Session WITHOUT_A_FORM",
        },
    )
