"""What the contract finds wrong with a request that has not been sent."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from paynet_nb import frames
from paynet_nb.paynet import Fault, find_operation
from paynet_nb.wire import faults_of

if TYPE_CHECKING:
    import pandas as pd
    import requests

COLUMNS = ("part", "location", "wanted", "got", "sure", "source")


def check(request: requests.PreparedRequest, path: str, json: Any) -> pd.DataFrame:
    """Tabulate the faults of a request, as `Client.check` says.

    Args:
        request: As it would be sent, but without what the auth adds.
        path: As the caller wrote it: below the environment's base URL, or a whole URL.
        json: What the body was made of.
    """
    rows = [
        (part, one.location, one.wanted, one.got_kind, one.sure, one.source)
        for part, one in _faults(request, path, json)
    ]
    return frames.columns_to_frame(
        {name: [row[at] for row in rows] for at, name in enumerate(COLUMNS)},
        dict.fromkeys(COLUMNS, "str"),
    )


def _faults(
    request: requests.PreparedRequest, path: str, json: Any
) -> Iterator[tuple[str, Fault]]:
    operation = find_operation(str(request.method), path)
    if operation is None or not operation.known:
        wanted = "a call that is known; client.endpoints() lists them"
        missing = operation.missing if operation else "no such method and path"
        source = operation.source if operation else "the contract of paynet_nb"
        sure = operation.sure if operation else "assumption"
        yield "path", Fault("", "", wanted, missing, sure, source)
        return
    yield from faults_of(operation, path, request.url or "", request.headers, json=json)
