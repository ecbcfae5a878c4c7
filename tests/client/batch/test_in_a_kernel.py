"""`client.call_many` in a notebook's kernel: the bar, and the real stop button."""

from __future__ import annotations

from typing import Any

import pytest
from jupyter_client.manager import KernelManager

from tests.helpers.kernels import run
from tests.house.repo import ROOT

TIMEOUT_S = 60
HERE = """
import paynet_nb as pn
from paynet_nb.sandbox import Sandbox
box = Sandbox(scenario="api-slow")
client = pn.Client(pn.ClientCredentialsAuth(box.credentials))
rows, way = [{"n": str(n)} for n in range(60)], ("PUT", "/v1/picasso-guard/echo")
executor = None
"""
ON_DASK = """
import signal
from distributed import Client, LocalCluster
def leave_the_stop_button_to_the_notebook():
    signal.signal(signal.SIGINT, signal.SIG_IGN)
cluster = LocalCluster(n_workers=2, threads_per_worker=8, dashboard_address=":0")
dask_client = Client(cluster)
dask_client.run(leave_the_stop_button_to_the_notebook)
executor = dask_client.get_executor()
"""


def test_the_bar_is_a_widget_with_a_text_for_where_there_is_none() -> None:
    """A headless run needs no browser; a Qt console, without widgets, shows stderr."""
    batch = "_ = client.call_many(rows[:4], *way, json={'n': '{n}'})"
    in_qt = "import os, sys; os.environ['QT_API'] = 'pyside6'\n"
    in_qt += "for x in [*sys.modules]:\n    x.startswith('tqdm') and sys.modules.pop(x)"
    (_, shown, _, in_words) = run(HERE, batch, in_qt, batch)

    assert "0/4" in shown
    assert "Warning" not in shown
    assert "4/4" in in_words


@pytest.mark.parametrize("cell", [HERE, HERE + ON_DASK], ids=["threads", "dask"])
def test_the_stop_button_keeps_what_is_done(cell: str) -> None:
    """In a real kernel: the cell ends with its result, the next one resumes."""
    kernel = KernelManager(kernel_name="python3")
    kernel.start_kernel(cwd=str(ROOT))
    cells = kernel.client()
    cells.start_channels()
    try:
        cells.wait_for_ready(timeout=TIMEOUT_S)
        assert _done(cells, cells.execute(cell))["status"] == "ok"
        stopped = cells.execute(
            "part = client.call_many(rows, *way, json={'n': '{n}'}, workers=2,"
            " executor=executor)"
        )
        _wait_for_the_bar(cells, 5)
        kernel.interrupt_kernel()
        assert _done(cells, stopped)["status"] == "ok"
        rest = _done(
            cells,
            cells.execute(
                "sent = int(part['sent'].sum())\n"
                "rest = client.call_many(part, *way, json={'n': '{n}'}, workers=16,"
                " executor=executor, progress=False)\n"
                "calls = [c for c in client.history if c.kind == 'call']\n"
                "executor and (dask_client.close(), cluster.close())",
                user_expressions={
                    "found": "(sent < 60, len(calls),"
                    " bool(rest['status'].eq(200).all()),"
                    " rest['answer.body.n'].tolist() == [r['n'] for r in rows])"
                },
            ),
        )
    finally:
        cells.stop_channels()
        kernel.shutdown_kernel(now=True)

    found = rest["user_expressions"]["found"]["data"]["text/plain"]
    assert found == "(True, 60, True, True)"


def _done(cells: Any, message: str) -> Any:
    """Give the content of the reply to *message*."""
    while True:
        reply = cells.get_shell_msg(timeout=TIMEOUT_S)
        if reply["parent_header"].get("msg_id") == message:
            return reply["content"]


def _wait_for_the_bar(cells: Any, count: int) -> None:
    """Wait until the bar's widget says that so many calls are over."""
    shown = 0
    while shown < count:
        told = cells.get_iopub_msg(timeout=TIMEOUT_S)
        if told["msg_type"] == "comm_msg":
            value = told["content"]["data"].get("state", {}).get("value")
            shown = int(value) if isinstance(value, float) else shown
