"""Who makes the calls of a batch, and by which way they leave this process."""

from __future__ import annotations

import threading
from concurrent.futures import Executor, Future, ThreadPoolExecutor, wait
from typing import Any

from paynet_nb.auth import Auth
from paynet_nb.client.batch.executor import RemoteTransport
from paynet_nb.client.batch.progress import Bar, Stop
from paynet_nb.client.batch.run import LOOK_S, Batch
from paynet_nb.client.caller import Caller


def caller_for(caller: Caller[Any], executor: Executor | None) -> Caller[Any]:
    """Give a caller whose requests leave as those of a batch do.

    By another process, where the executor is one of such; by connections that the calls
    of one thread share, where there is no executor and nothing of the user's is in the
    way: an auth or a session of his own may wait for what it likes.
    """
    transport = caller.transport
    if executor is None:
        ours = isinstance(caller.auth, Auth | None)
        shared = transport.cooperative(caller.environment.base_url) if ours else None
        return caller.through(shared) if shared else caller
    if isinstance(executor, ThreadPoolExecutor):
        return caller
    return caller.through(RemoteTransport(transport, executor))


def run(
    batch: Batch,
    caller: Caller[Any],
    executor: Executor | None,
    workers: int,
    bar: Bar,
    stop: Stop,
) -> str:
    """Run a batch in the user's threads, which stay open, or in our own.

    Returns:
        As `Batch.run`.
    """
    if isinstance(executor, ThreadPoolExecutor):
        return batch.run(executor, workers, bar, stop)
    if caller.transport.in_one_thread:
        return _in_one_thread(batch, caller.transport, workers, bar, stop)
    pool = ThreadPoolExecutor(workers, "call_many")
    try:
        return batch.run(pool, workers, bar, stop)
    finally:
        # Not waited for: the stop button may have left some of the calls behind.
        pool.shutdown(wait=False)


def _in_one_thread(
    batch: Batch, transport: Any, workers: int, bar: Bar, stop: Stop
) -> str:
    from paynet_nb.client.batch.one_thread import OneThread

    ended: Future[str] = Future()

    def work() -> None:
        pool = OneThread(transport.transfers, workers)
        try:
            ended.set_result(batch.run(pool, workers, bar, stop))
        except BaseException as error:  # noqa: BLE001  # whoever waits must hear of it
            ended.set_exception(error)
        # Of the calls that the stop button left behind, too.
        pool.end()
        transport.close()

    # No daemon, whoever calls: the program ends when what was sent is recorded.
    threading.Thread(target=work, name="call_many", daemon=False).start()
    # A press of the stop button ends no wait on Windows; behind it, it is seen.
    while not wait([ended], LOOK_S).done:
        pass
    return ended.result()
