from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import pytest

from paynet_nb.errors import ConfigurationError
from paynet_nb.sandbox import Sandbox
from tests.sandbox.helpers import ask_token, bank_list, token_of

ASKED_FOR = {
    *("token-revoked", "token-slow", "token-429", "token-503", "token-html"),
    *("lifetime-text", "lifetime-missing", "clock-skewed", "token-reset"),
    *("token-hang", "token-redirect", "api-slow", "api-reset", "wrong-token-type"),
    *("token-opaque", "token-short", "api-401"),
}


def test_each_scenario_says_in_one_line_what_it_is(common: Sandbox) -> None:
    """The list is what a lesson prints."""
    assert set(common.scenarios) >= ASKED_FOR
    for meaning in common.scenarios.values():
        assert 10 < len(meaning) <= 76
        assert "\n" not in meaning


def test_an_unknown_scenario_is_refused_with_the_known_ones(box: Sandbox) -> None:
    """Both ways to choose one say which names there are."""
    with pytest.raises(ConfigurationError, match=r"'nix' is unknown.*token-revoked"):
        Sandbox(scenario="nix")
    with pytest.raises(ConfigurationError, match="token-hang"), box.scenario("nix"):
        pass


def test_a_block_restores_what_was_in_force_before() -> None:
    """Blocks nest, also inside a scenario of the constructor, and on an error."""
    statuses = []
    with Sandbox(scenario="token-503") as box:
        with box.scenario("token-429"):
            with suppress(KeyError), box.scenario("token-500"):
                statuses.append(ask_token(box).status_code)
                raise KeyError
            statuses.append(ask_token(box).status_code)
        statuses.append(ask_token(box).status_code)

    assert statuses == [500, 429, 503]


def test_blocks_of_two_threads_may_end_in_any_order(box: Sandbox) -> None:
    """The scenario that was put in force last holds, until all blocks have ended."""
    first_may_end, first_ended = threading.Event(), threading.Event()

    def first() -> None:
        with box.scenario("token-503"):
            entered.set()
            first_may_end.wait(10)
        first_ended.set()

    entered = threading.Event()
    with ThreadPoolExecutor(1) as pool:
        pool.submit(first)
        entered.wait(10)
        with box.scenario("token-429"):
            first_may_end.set()
            first_ended.wait(10)
            inside = ask_token(box).status_code
        after = ask_token(box).status_code

    assert (inside, after) == (429, 200)


def test_times_limits_a_scenario_to_so_many_requests(box: Sandbox) -> None:
    """A fault that passes: the next requests are served; other kinds do not count."""
    with box.scenario("token-503", times=2):
        ids = [bank_list(box, token="x").status_code for _ in range(3)]
        statuses = [ask_token(box).status_code for _ in range(3)]

    assert ids == [401, 401, 401]
    assert statuses == [503, 503, 200]


def test_times_counts_right_with_many_threads(box: Sandbox) -> None:
    """Of 64 requests at once exactly 10 are hit."""
    with box.scenario("token-503", times=10), ThreadPoolExecutor(64) as pool:
        answers = list(pool.map(ask_token, [box] * 64))

    assert sum(answer.status_code == 503 for answer in answers) == 10


@pytest.mark.parametrize("kind", ["token", "api"])
@pytest.mark.parametrize(
    ("fault", "status"), [("429", 429), ("503", 503), ("redirect", 302)]
)
def test_a_fault_hits_its_kind_of_request_only(
    common: Sandbox, kind: str, fault: str, status: int
) -> None:
    """token-... leaves the API alone, and api-... the token endpoint."""
    token = token_of(common)

    with common.scenario(f"{kind}-{fault}"):
        statuses = {
            "token": ask_token(common).status_code,
            "api": bank_list(common, token).status_code,
        }

    assert statuses.pop(kind) == status
    assert set(statuses.values()) == {200}
