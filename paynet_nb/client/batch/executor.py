"""Send requests by workers in other processes; they get the token, never the secret.

What goes there is one finished request and how to reach the network; what comes back is
the answer, or why there was none. Redacting, recording and renewing stay here.
"""

from __future__ import annotations

import functools
import pickle
import secrets
from collections.abc import Mapping
from concurrent.futures import BrokenExecutor, Executor, Future
from dataclasses import dataclass
from typing import Any

import requests
from requests.adapters import BaseAdapter

from paynet_nb.errors import RefusedError
from paynet_nb.wire import (
    NO_ANSWER,
    NoAnswer,
    Timeout,
    ToldAlready,
    Transport,
    by_adapter,
    quote_no_headers,
    read_whole,
    why_no_answer,
)


@dataclass(frozen=True, kw_only=True, repr=False)
class Job:
    """One request for a worker; Dask prints the arguments of what fails: no repr.

    Attributes:
        name: Of its own for each attempt: Dask does equal jobs only once.
        method: The HTTP method.
        url: The whole URL.
        headers: With the token.
        body: As it is to be sent.
        adapter: The session's adapter, pickled: the same bytes are unpickled once.
        settings: Proxies, CA file and client certificate, looked up here.
        timeout: Seconds to connect and to wait.
    """

    name: str
    method: str
    url: str
    headers: Mapping[str, str | bytes]
    body: bytes | str | None
    adapter: bytes
    settings: Mapping[str, Any]
    timeout: Timeout


class RemoteTransport(Transport):
    """A way out by an executor's workers, with the settings of *transport*."""

    def __init__(self, transport: Transport, executor: Executor) -> None:
        super().__init__(transport.session, verify=transport.verify)
        self._executor = executor

    def send(
        self,
        request: requests.PreparedRequest,
        *,
        timeout: Timeout,
    ) -> requests.Response:
        """Have one request sent, and wait for its answer.

        Raises:
            ToldAlready: There was no answer, or the worker is gone.
            RefusedError: The executor takes no more work; nothing was sent.
        """
        answer: requests.Response | NoAnswer
        job, refused = self._job(request, timeout), ""
        future: Future[requests.Response | NoAnswer] | None = None
        try:
            future = self._executor.submit(send_here, job)
            answer = future.result()
        # An executor may raise what it likes, and its errors may quote the job.
        except Exception as error:  # noqa: BLE001
            if future is None and _takes_no_more(error):
                refused = type(error).__name__
            answer = NoAnswer(
                f"the executor gave no answer ({type(error).__name__}); whether the "
                "request was sent is not known",
                transient=False,
            )
        if refused:
            raise RefusedError(f"the executor takes no more calls ({refused})")
        if isinstance(answer, NoAnswer):
            raise ToldAlready(answer)
        answer.request = request
        return answer

    def _job(self, request: requests.PreparedRequest, timeout: Timeout) -> Job:
        url = request.url or ""
        return Job(
            name=secrets.token_hex(8),
            method=request.method or "",
            url=url,
            headers=dict(request.headers),
            body=request.body if isinstance(request.body, (bytes, str)) else None,
            adapter=pickle.dumps(self.session.get_adapter(url)),
            settings=self.settings_for(url),
            timeout=timeout,
        )


def _takes_no_more(error: Exception) -> bool:
    """Tell whether the executor is broken or shut down, so that no job reached it.

    Of any other error of `submit` that is not sure: a pool may fail to start a process
    or a thread once it has the job, as Python does "at interpreter shutdown".
    """
    return isinstance(error, BrokenExecutor) or (
        isinstance(error, RuntimeError)
        and str(error).startswith("cannot schedule new futures")
    )


def send_here(job: Job) -> requests.Response | NoAnswer:
    """Send a job's request in this process.

    Returns:
        The answer, read and without its request, or why there was none: an exception
        would carry the request, the token in it.
    """
    request = requests.PreparedRequest()
    request.prepare_method(job.method)
    request.url, request.body = job.url, job.body
    response = None
    try:
        # Its error quotes the value, and Dask logs what a job raises.
        request.prepare_headers(job.headers)
        response = by_adapter(
            _adapter(job.adapter),
            request,
            stream=True,
            timeout=job.timeout,
            **job.settings,
        )
        read_whole(response)  # here, where its failures are handled
    except NO_ANSWER as error:
        return why_no_answer(error, job.url, answered=response is not None)
    response.request = None  # type: ignore[assignment]  # it is known where it comes from
    return response


@functools.lru_cache(maxsize=8)
def _adapter(pickled: bytes) -> BaseAdapter:
    """Keep the adapter, and by it the connections, from job to job."""
    quote_no_headers()
    adapter: BaseAdapter = pickle.loads(pickled)  # noqa: S301  # from our own `_job`
    return adapter
