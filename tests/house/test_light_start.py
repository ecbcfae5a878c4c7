"""What each step of a person's way loads: a first call needs no table."""

from __future__ import annotations

import subprocess
import sys

import pytest

from paynet_nb.sandbox import Sandbox
from tests.helpers.programs import TIMEOUT_S

STEPS = """
import sys
url, client_id, secret = sys.argv[1:]
LARGE = (
    *("IPython", "cryptography", "ipywidgets", "jwt", "numpy", "pandas"),
    *("paynet_nb.wire.snippets.parts", "requests"),
)

def loaded(step):
    print(step, *(name for name in LARGE if name in sys.modules))

import paynet_nb as pn
loaded("import")
here = pn.Environment(name="x", stage="sandbox", base_url=url, token_url=url + "/token")
keys = pn.Credentials(client_id, secret, here)
loaded("credentials")
auth = pn.ClientCredentialsAuth(keys)
loaded("auth")
auth.get_token()
loaded("token")
client = pn.Client(auth)
call = client.get("/merchants/v1/payments/lists/bank")
loaded("call")
report = pn.inspect_token(auth.get_token())
loaded("inspect")
pn.inspect_token(auth.get_token(), keys=url + "/.well-known/jwks.json")
loaded("verify")
len(client.history), call.json(), call.to_curl(), repr(call), str(report)
loaded("shown as text")
call.to_frame()
loaded("table")
"""
ALLOWED = {
    "import": "",
    "credentials": "",
    "auth": "requests",
    "token": "requests",
    "call": "requests",
    "inspect": "requests",
    "verify": "cryptography jwt requests",
    "shown as text": "cryptography jwt paynet_nb.wire.snippets.parts requests",
    "table": "cryptography jwt numpy pandas paynet_nb.wire.snippets.parts requests",
}


@pytest.fixture(scope="module")
def steps() -> dict[str, str]:
    """Go the way in a fresh interpreter; give what was loaded behind each step."""
    with Sandbox() as box:
        keys = box.credentials
        program = STEPS.replace("/token", "/v1/picasso-guard/auth/token")
        printed = subprocess.run(
            [
                *(sys.executable, "-c", program, box.url),
                *(keys.client_id, keys.client_secret.reveal()),
            ],
            check=True,
            capture_output=True,
            text=True,
            timeout=TIMEOUT_S,
        ).stdout
    told = {}
    for line in printed.splitlines():
        step = next(name for name in ALLOWED if line.startswith(name))
        told[step] = line.removeprefix(step).strip()
    return told


@pytest.mark.parametrize("step", ALLOWED)
def test_a_step_loads_what_it_needs_and_no_more(
    steps: dict[str, str], step: str
) -> None:
    """Who only calls holds no pandas, who only reads a token no cryptography."""
    assert steps[step] == ALLOWED[step]
