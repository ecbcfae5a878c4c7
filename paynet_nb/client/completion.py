"""What Tab offers after `client.get("`: the contract's paths that are there."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from paynet_nb.client.caller import Caller
from paynet_nb.paynet import operations, path_in

_CALL = re.compile(
    r"""(?<![\w.])(?P<client>\w+)\.(?:call\(\s*["'](?P<named>\w+)["'],|(?P<method>\w+)\()"""
    r"""\s*["'](?P<typed>[^"'\s]*)$"""
)


def paths(line: str, variables: Mapping[str, Any]) -> tuple[str, list[str]]:
    """Give what of a path is typed at the end of *line*, and the paths that it can be.

    Args:
        line: Up to the cursor.
        variables: By name; a client is looked for among them, and nothing is run.
    """
    found = _CALL.search(line)
    client = variables.get(found["client"]) if found else None
    if found is None or not isinstance(client, Caller):
        return "", []
    method = (found["named"] or found["method"]).upper()
    known = (
        path_in(client.environment, one) for one in operations() if one.method == method
    )
    return found["typed"], sorted(
        path for path in known if path and path.startswith(found["typed"])
    )
