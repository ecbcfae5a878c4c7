"""A token endpoint and an API, on a loopback server, whose answers a test writes."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from typing import Any

from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

import paynet_nb as pn

CLIENT_ID = "0123456789abcdef0123456789abcdef"
SECRET = "s3cr/t+canary &= %:x"

Handler = Callable[[Request], Response]


class Gateway:
    """What a test sees and scripts of the server's side.

    Attributes:
        token: Answers token requests; replace it to script a fault.
        api: Answers all other requests.
        token_requests: The token requests that arrived.
        api_requests: The other requests that arrived.
    """

    def __init__(self, server: HTTPServer) -> None:
        self._lock = threading.Lock()
        self.url = server.url_for("").rstrip("/")
        self.token: Handler = self.good_token
        self.api: Handler = self.good_api
        self.token_requests: list[Request] = []
        self.api_requests: list[Request] = []
        self.revoked: set[str] = set()
        self.environment = pn.Environment(
            name="test",
            base_url=self.url,
            token_url=f"{self.url}/auth/token",
            stage="sandbox",
            source="tests",
        )
        self.credentials = pn.Credentials(CLIENT_ID, SECRET, self.environment)
        server.expect_request("/auth/token").respond_with_handler(self._on_token)
        server.expect_request("").respond_with_handler(self._on_api)

    def auth(self, **options: Any) -> pn.ClientCredentialsAuth:
        """Make an auth with the gateway's credentials."""
        return pn.ClientCredentialsAuth(self.credentials, **options)

    def client(self, **options: Any) -> pn.Client:
        """Make a client with an auth of its own."""
        return pn.Client(self.auth(), **options)

    def good_token(self, _request: Request) -> Response:
        """Give an opaque token with a number of its own, for 86400 s."""
        return answer(self.token_body())

    def token_body(self, **fields: Any) -> dict[str, Any]:
        """Write a token answer of the page's form; None leaves a field out."""
        body = {
            "access_token": f"opaque-token-{len(self.token_requests):04}",
            "token_type": "bearer",
            "scope": "rpp:merchant",
            "expires_in": 86400,
            **fields,
        }
        return {name: value for name, value in body.items() if value is not ...}

    def good_api(self, request: Request) -> Response:
        """Answer 401 API.007 to a token that was revoked, 200 to any other."""
        if request.headers.get("Authorization", "").partition(" ")[2] in self.revoked:
            status = {"code": "RJCT", "reason": "API.007", "description": "no"}
            return answer({"header": {"status": status}}, 401)
        return answer({"ok": True, "amount": "10.00"})

    def revoke_all(self) -> None:
        """Refuse all tokens given so far."""
        count = len(self.token_requests)
        self.revoked = {f"opaque-token-{number:04}" for number in range(count + 1)}

    def _on_token(self, request: Request) -> Response:
        request.get_data()
        with self._lock:
            self.token_requests.append(request)
        return self.token(request)

    def _on_api(self, request: Request) -> Response:
        request.get_data()
        with self._lock:
            self.api_requests.append(request)
        return self.api(request)


def answer(body: Any, status: int = 200, **headers: str) -> Response:
    """Make a JSON answer."""
    names = {name.replace("_", "-"): value for name, value in headers.items()}
    return Response(json.dumps(body), status, names, content_type="application/json")
