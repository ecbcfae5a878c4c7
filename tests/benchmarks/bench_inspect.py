"""Time `inspect_token` with keys against PyJWT, side by side in one run.

    python -m tests.benchmarks inspect

PyJWT parses the key set and checks one token, each time anew, as `inspect_token` does.
The ratio of the best rounds is what counts.
"""

from __future__ import annotations

import time
import timeit
from collections.abc import Iterator

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa

from paynet_nb import inspect_token
from tests.benchmarks.rows import Row

ROUNDS, CALLS, KEYS = 60, 20, 21


def rows() -> Iterator[Row]:
    """Measure one key beside PyJWT, and many beside one, in microseconds."""
    pairs = [rsa.generate_private_key(65537, 2048) for _ in range(KEYS)]
    many = [
        jwt.algorithms.RSAAlgorithm.to_jwk(pair.public_key(), as_dict=True)
        | {"kid": f"key-{number}", "use": "sig", "alg": "RS256"}
        for number, pair in enumerate(pairs)
    ]
    named = many[-1]["kid"]
    claims = {"iss": "https://a.example", "sub": "client", "exp": time.time() + 86400}
    token = jwt.encode(claims, pairs[-1], "RS256", headers={"kid": named})
    one_set, whole_set = {"keys": many[-1:]}, {"keys": many}

    def by_hand() -> None:
        key = jwt.PyJWKSet.from_dict(one_set)[named]
        jwt.decode(token, key, ["RS256"])

    assert inspect_token(token, keys=whole_set).verified
    ways = {
        "PyJWT, one key": by_hand,
        "ours, one key": lambda: inspect_token(token, keys=one_set),
        f"ours, {KEYS} keys": lambda: inspect_token(token, keys=whole_set),
    }
    best = dict.fromkeys(ways, float("inf"))
    for _ in range(ROUNDS):
        for name, way in ways.items():
            best[name] = min(best[name], timeit.timeit(way, number=CALLS) / CALLS)
    bare, one, all_keys = (took * 1e6 for took in best.values())
    yield Row("inspect: one key, us; PyJWT", one, bare)
    yield Row(f"inspect: {KEYS} keys, us; one key", all_keys, one)
