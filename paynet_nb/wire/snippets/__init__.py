"""Write a recorded request as cURL, as Python, or for the HTTP client of an editor.

A variable stands where the record has a mask: `PAYNET_TOKEN`, `PAYNET_CLIENT_SECRET`,
and `PAYNET_` with the header's name for other headers. So no snippet holds a secret.
"""

from paynet_nb.wire.snippets.as_curl import to_curl
from paynet_nb.wire.snippets.as_http import to_http
from paynet_nb.wire.snippets.as_python import to_python

__all__ = ["to_curl", "to_http", "to_python"]
