"""Ways in: a login, the command, its demo, the guided notebooks."""

from typing import TYPE_CHECKING

from paynet_nb.display import names_loaded_late

if TYPE_CHECKING:
    from paynet_nb.start.command import main as main
    from paynet_nb.start.listener import Listener as Listener
    from paynet_nb.start.sign_in import login as login
else:
    __all__, __getattr__, __dir__ = names_loaded_late(
        __name__,
        {
            "command": "main",
            "listener": "Listener",
            "sign_in": "login",
        },
    )
