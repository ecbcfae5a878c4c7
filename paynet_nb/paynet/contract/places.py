"""Where a call of the contract can be made: what an environment is known to have."""

from __future__ import annotations

from paynet_nb.paynet.contract.calls import Operation, operations
from paynet_nb.paynet.environments import Environment


def path_in(environment: Environment, operation: Operation) -> str | None:
    """Give the path by which a client calls an operation in an environment.

    Returns:
        Below the environment's base URL, or a whole URL where the call has another base
        at the same origin; None: nobody tells that this environment has it.
    """
    base_url = environment.base_url.rstrip("/")
    is_paynets = any(base_url in one.servers for one in operations())
    if environment.stage == "sandbox" and not is_paynets:
        return operation.base + operation.path if operation.sandbox else None
    if operation.sandbox == "only":
        return None
    if base_url in operation.servers:
        return operation.path
    for server in operation.servers:
        if server.startswith(f"{environment.origin}/"):
            return server + operation.path
    return None
