"""Write a recorded request as cURL, as Python, or for the HTTP client of an editor.

A variable stands where the record has a mask: `PAYNET_TOKEN`, `PAYNET_CLIENT_SECRET`,
and `PAYNET_` with the header's name for other headers. So no snippet holds a secret.
"""

from typing import TYPE_CHECKING

from paynet_nb.display import names_loaded_late

if TYPE_CHECKING:
    from paynet_nb.wire.snippets.as_curl import to_curl as to_curl
    from paynet_nb.wire.snippets.as_http import to_http as to_http
    from paynet_nb.wire.snippets.as_python import to_python as to_python
else:
    __all__, __getattr__, __dir__ = names_loaded_late(
        __name__,
        {
            "as_curl": "to_curl",
            "as_http": "to_http",
            "as_python": "to_python",
        },
    )
