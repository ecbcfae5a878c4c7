"""Measure what a kernel holds after a call, a table and a card, and after a plot.

    python -m tests.benchmarks kernel

Beside it the same by hand, each in kernels of their own, in turn: requests, pandas and
a widget of ipywidgets, then pandas' own plot. What is told is the proportional share of
the memory (PSS; Linux only) in MB, the medians of some kernels. The sandbox that
answers is a process of its own.
"""

from __future__ import annotations

import re
import statistics
import subprocess
import sys
from collections.abc import Iterator

from tests.benchmarks.rows import Row
from tests.helpers.kernels import run

ROUNDS = 3
HELD = """
with open("/proc/self/smaps_rollup") as lines:
    print([int(line.split()[1]) for line in lines if line.startswith("Pss:")][0] / 1024)
"""
BY_HAND = (
    """
import ipywidgets, pandas as pd, requests
from IPython.display import display
session = requests.Session()
token = session.post(
    url + "/v1/picasso-guard/auth/token",
    data={"grant_type": "client_credentials", "client_id": client_id,
          "client_secret": secret},
    timeout=9,
).json()["access_token"]
answer = session.get(
    url + "/merchants/v1/payments/lists/bank",
    headers={"Authorization": "Bearer " + token},
    timeout=9,
)
frame = pd.json_normalize(answer.json())
display(frame, ipywidgets.VBox([ipywidgets.HTML("card"), ipywidgets.Button()]))
""",
    "frame.assign(n=1).plot(x=frame.columns[0], y='n')",
)
OURS = (
    """
import paynet_nb as pn
from IPython.display import display
here = pn.Environment(name="here", stage="sandbox", base_url=url,
                      token_url=url + "/v1/picasso-guard/auth/token")
auth = pn.ClientCredentialsAuth(pn.Credentials(client_id, secret, here))
client = pn.Client(auth)
call = client.get("/merchants/v1/payments/lists/bank")
display(call.to_frame(), auth.get_token())
""",
    "client.history.plot()",
)
BOX = """
from paynet_nb.sandbox import Sandbox
box = Sandbox()
print(box.url, box.credentials.client_id, box.credentials.client_secret.reveal(),
      flush=True)
import sys; sys.stdin.read()
"""


def held(keys: str, work: str, plot: str) -> tuple[float, float, float]:
    """Give what a kernel holds when it is begun, after the work, and after the plot."""
    shown = run(keys + HELD, work, HELD, plot, HELD)
    for step in (shown[1], shown[3]):
        assert "Error" not in step, step
    begun, worked, plotted = (
        float(re.findall(r"[\d.]+", shown[at])[-1]) for at in (0, 2, 4)
    )
    return begun, worked, plotted


def rows() -> Iterator[Row]:
    """Measure both in turn."""
    command = [sys.executable, "-c", BOX]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True) as box:
        assert box.stdout is not None
        assert box.stdin is not None
        url, client_id, secret = box.stdout.readline().split()
        keys = f"url, client_id, secret = {url!r}, {client_id!r}, {secret!r}\n"
        found: dict[str, list[tuple[float, float, float]]] = {"ours": [], "hand": []}
        for _ in range(ROUNDS):
            found["hand"].append(held(keys, *BY_HAND))
            found["ours"].append(held(keys, *OURS))
        box.stdin.close()
    ours, hand = (
        [statistics.median(step) for step in zip(*rounds, strict=True)]
        for rounds in found.values()
    )
    yield Row("kernel: call, table and card, MB", ours[1], hand[1])
    yield Row("kernel: a plot takes more, MB", ours[2] - ours[1], hand[2] - hand[1])
