"""`client.call_many` on a real Dask cluster of processes: one history, here."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import paynet_nb as pn
from tests.helpers.gateway import SECRET, Gateway, answer

if TYPE_CHECKING:
    from distributed import Client as DaskClient

ROWS = [{"id": f"{n:03}"} for n in range(40)]


@pytest.fixture(scope="module")
def dask() -> Iterator[DaskClient]:
    """Run two worker processes, as on two machines."""
    # Not above: no worker that runs other tests waits for it.
    from distributed import Client as DaskClient, LocalCluster

    with (
        LocalCluster(
            n_workers=2, threads_per_worker=4, processes=True, dashboard_address=":0"
        ) as cluster,
        DaskClient(cluster) as client,
    ):
        yield client


def keep(text: str) -> None:
    """Have *text* in this process's memory."""
    os.environ["KEPT"] = text


def find_in_memory(halves: tuple[bytes, bytes]) -> bool:
    """Look for two halves, one right after the other, in all of this process."""
    first, second = halves
    with Path("/proc/self/maps").open() as maps, Path("/proc/self/mem").open("rb") as m:
        for line in maps:
            area, rights, *_ = line.split()
            if not rights.startswith("rw") or "[v" in line:
                continue
            start, end = (int(number, 16) for number in area.split("-"))
            m.seek(start)
            try:
                memory = m.read(end - start)
            except OSError:
                continue
            if any(
                memory.startswith(second, found + len(first))
                for found in _places(memory, first)
            ):
                return True
    return False


def _places(memory: bytes, part: bytes) -> Iterator[int]:
    found = memory.find(part)
    while found >= 0:
        yield found
        found = memory.find(part, found + 1)


def test_dask_workers_make_the_calls_and_the_rows_come_here(
    gateway: Gateway, dask: DaskClient
) -> None:
    """By real processes; the one history has them all, redacted here."""
    gateway.api = lambda request: answer({"path": request.path, "echo": SECRET})
    client = gateway.client()

    result = client.call_many(
        ROWS,
        path="/payments/{id}",
        executor=dask.get_executor(),
        workers=8,
        progress=False,
    )

    assert result["status"].eq(200).all()
    assert result["answer.path"].to_list() == [f"/payments/{n:03}" for n in range(40)]
    assert len(gateway.api_requests) == 40
    kinds = client.history.to_frame()["kind"].value_counts()
    assert kinds.to_dict() == {"call": 40, "token": 1}
    assert result["answer.echo"].unique().tolist() == ["[client secret]"]


@pytest.mark.skipif(not Path("/proc/self/mem").exists(), reason="needs Linux")
def test_the_secret_is_in_no_workers_memory(gateway: Gateway, dask: DaskClient) -> None:
    """Looked for in all memory of each worker; the same search finds a token."""
    # By chance, as a worker that imports this file has all that is written in it.
    secret, token = secrets.token_hex(24), secrets.token_hex(24)
    gateway.token = lambda _: answer(gateway.token_body(access_token=token))
    credentials = pn.Credentials("id", secret, gateway.environment)
    client = pn.Client(pn.ClientCredentialsAuth(credentials))
    client.call_many(
        ROWS, path="/{id}", executor=dask.get_executor(), workers=8, progress=False
    )

    def seen_by_workers(text: str) -> set[bool]:
        return set(dask.run(find_in_memory, _halves(text)).values())

    dask.run(keep, token)
    assert seen_by_workers(token) == {True}
    assert seen_by_workers(secret) == {False}


def test_dask_workers_hand_a_401_back(gateway: Gateway, dask: DaskClient) -> None:
    """The token is renewed here, and the call is sent again from there."""
    client = gateway.client()
    client.call_many(ROWS[:4], path="/{id}", executor=dask.get_executor())
    gateway.revoke_all()

    result = client.call_many(ROWS, path="/{id}", executor=dask.get_executor())

    assert result["status"].eq(200).all()
    assert len(gateway.token_requests) == 2
    assert 2 in client.history.to_frame()["attempt"].to_list()


def _halves(text: str) -> tuple[bytes, bytes]:
    # Cut in two, so that to look for it does not put it there.
    return text[: len(text) // 2].encode(), text[len(text) // 2 :].encode()
