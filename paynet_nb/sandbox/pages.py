"""What all web pages of a sandbox have in common: look, headers, whose form it is."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Request

from paynet_nb.display import escape

HEADERS: Mapping[str, str] = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; "
        "base-uri 'none'; frame-ancestors 'none'"
    ),
    # Not "no-referrer": a browser would then send its own forms with the Origin "null".
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
}

_PAGE = """<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8">{head}
<meta name="viewport" content="width=device-width">
<title>{title}</title>
<style>
:root {{ color-scheme: light dark; color: CanvasText; background: Canvas }}
body {{ font: 14px/1.45 system-ui, sans-serif; margin: 1.5em; overflow-x: auto }}
button {{ font: inherit; padding: 0.3em 1em }}
tr + tr {{ border-top: 1px solid GrayText }}
</style></head>
<body><main><h1>{title}</h1>{body}</main></body></html>
"""


def whole_page(title: str, body: str, head: str = "") -> str:
    """Write a page; *body* and *head* are HTML."""
    return _PAGE.format(title=escape(title), body=body, head=head)


def is_of_another_site(request: Request) -> bool:
    """Tell whether a browser sent a form from a page that is not the sandbox's own."""
    # It names the page that a form was sent from (RFC 6454 section 7).
    return request.headers.get("Origin") not in {None, request.host_url.rstrip("/")}
