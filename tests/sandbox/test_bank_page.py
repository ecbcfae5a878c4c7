"""The bank's page: a payer approves or refuses once; all that tells of it agrees."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests

import paynet_nb as pn
from paynet_nb.errors import ConfigurationError
from paynet_nb.paynet import sample_payment
from paynet_nb.sandbox import Classroom, Sandbox
from tests.sandbox.helpers import PAYMENT, TIMEOUT_S, ask, pay, payment_status, until
from tests.sandbox.test_classroom import bearer

ID = PAYMENT["endToEndId"]
_TOKEN = re.compile(r'name="token" value="([0-9a-f]{64})"')


@pytest.fixture(scope="module")
def telling() -> Iterator[Sandbox]:
    """Serve a sandbox that tells a listener, which holds it to the contract."""
    with pn.Listener() as listener, Sandbox(notify_to=listener.url) as serving:
        yield serving


@pytest.fixture
def box(telling: Sandbox) -> Iterator[Sandbox]:
    """Give it as it was made."""
    telling.reset()
    yield telling
    assert [one.answer_faults for one in telling.requests if one.answer_faults] == []


def told_by(box: Sandbox, number: int) -> list[Any]:
    """Wait for so many notifications to be taken; give what they said."""
    until(lambda: sum(one.done for one in box.notifications) == number)
    return [json.loads(one.content[0]) for one in box.notifications]


def opened(url: str, status: int = 200) -> requests.Response:
    """Open a page as a browser would."""
    answer = requests.get(url, timeout=TIMEOUT_S, allow_redirects=False)
    assert answer.status_code == status
    assert answer.headers["Content-Type"].startswith("text/html")
    return answer


def pressed(
    page: requests.Response, decision: str, url: str = "", **changes: Any
) -> requests.Response:
    """Press a button of an opened page."""
    found = _TOKEN.search(page.text)
    form = {"token": found[1] if found else "", "decision": decision}
    headers = changes.pop("headers", {})
    return requests.post(
        url or page.url,
        data={**form, **changes},
        headers=headers,
        timeout=TIMEOUT_S,
        allow_redirects=False,
    )


def state_of(box: Sandbox, name: str = ID) -> tuple[str, str]:
    """Give a payment's state, and the reason of it."""
    read = payment_status(box, name).json()
    return read["transactionStatus"], read["header"]["status"]["reason"]


def test_the_answer_leads_to_the_page_of_the_payment(box: Sandbox) -> None:
    """As a merchant would put the address together from what came."""
    answer = pay(box)
    page = answer.links["payment"]["url"]
    query = {n: v[0] for n, v in parse_qs(urlsplit(page).query).items()}
    told = opened(page).text

    assert page.startswith(f"{box.url}/RPP/MY/Redirect/RTP?")
    assert query["EndtoEndId"] == ID
    assert query["EndtoEndIdSignature"] == answer.json()["endToEndIdSignature"]
    assert page == box.bank_page(ID)
    assert f"RM {PAYMENT['amount']}" in told
    assert PAYMENT["merchant"]["name"] in told
    assert "no money moves" in told
    assert "Link" not in pay(box, **{**sample_payment(8), "amount": "0.00"}).headers


@pytest.mark.parametrize(
    ("decision", "said", "state"),
    [
        ("approve", "You approved", ("CLEARED", "U000")),
        ("refuse", "You refused", ("REJECT", "D104")),
    ],
)
def test_a_press_decides_once(
    box: Sandbox, decision: str, said: str, state: tuple[str, str]
) -> None:
    """The status says so at once; a second press says that it was decided."""
    page = opened(pay(box).links["payment"]["url"])
    first = pressed(page, decision)
    states = state_of(box), state_of(box)
    second = pressed(page, "approve")

    assert (first.status_code, second.status_code) == (200, 409)
    assert said in first.text
    assert state[0] in first.text
    assert states == (state, state)
    assert "was decided before" in second.text
    assert state_of(box) == state
    assert "was decided before" in opened(page.url).text


def test_an_opened_page_has_the_payment_wait(box: Sandbox) -> None:
    """Looks move a payment on only while nobody is at the bank."""
    pay(box)
    page = opened(box.bank_page(ID))
    looks = [state_of(box) for _ in range(3)]
    pressed(page, "approve")

    assert looks == [("RECEIVED", "U000")] * 3
    assert state_of(box) == ("CLEARED", "U000")
    pay(box, **sample_payment(8))
    name = sample_payment(8)["endToEndId"]
    assert [state_of(box, name)[0] for _ in range(2)] == ["RECEIVED", "CLEARED"]
    assert "was decided before" in opened(box.bank_page(name)).text


def test_the_bank_may_refuse_what_the_payer_approved(box: Sandbox) -> None:
    """The magic amounts mean here what they mean without the page."""
    page = opened(pay(box, amount="9301.00").links["payment"]["url"])

    assert "D301" in pressed(page, "approve").text
    assert state_of(box) == ("REJECT", "D301")


def test_a_page_is_open_for_an_hour(box: Sandbox) -> None:
    """Who opened it and went away did not pay."""
    page = opened(pay(box).links["payment"]["url"])
    box.clock.forward(seconds=3000)
    opened(page.url)
    box.clock.forward(seconds=600)
    late = pressed(page, "approve")
    looks = [state_of(box), state_of(box)]

    assert late.status_code == 404
    assert "hour" in opened(page.url, 404).text
    assert looks == [("RECEIVED", "U000"), ("REJECT", "D107")]


@pytest.mark.parametrize(
    "change",
    [
        {"EndtoEndId": "20260102M0000001861OBW00000099"},
        {"EndtoEndIdSignature": "bWFkZSB1cA=="},
        {"EndtoEndIdSignature": "\u00e9"},
        {"EndtoEndId": "", "session": ""},
        {"EndtoEndId": "", "session": "0b8f5a0e-5a0e-4c1d-9a1b-0123456789ab"},
    ],
)
def test_what_nobody_knows_is_a_plain_page(
    box: Sandbox, change: dict[str, str]
) -> None:
    """An unknown payment, and a link that was changed."""
    address = urlsplit(pay(box).links["payment"]["url"])
    query = {n: v[0] for n, v in parse_qs(address.query).items()} | change
    answer = requests.request(
        "GET", f"{box.url}{address.path}", params=query, timeout=TIMEOUT_S
    )

    assert answer.status_code == 404
    assert "No payment is open here" in answer.text
    assert state_of(box)[0] == "RECEIVED"


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"token": ""}, 403),
        ({"token": "0" * 64}, 403),
        ({"token": "\u00e9"}, 403),
        ({"headers": {"Origin": "http://elsewhere.example"}}, 403),
        ({"headers": {"Origin": "null"}}, 403),
        ({"headers": {"Host": "elsewhere.example"}}, 421),
        ({"decision": ""}, 409),
        ({"decision": "cancel"}, 409),
    ],
)
def test_a_press_from_elsewhere_decides_nothing(
    box: Sandbox, changes: dict[str, Any], status: int
) -> None:
    """No other site's form, no form without the page's token, no other name."""
    page = opened(pay(box).links["payment"]["url"])
    decision = changes.pop("decision", "approve")

    assert pressed(page, decision, **changes).status_code == status
    assert state_of(box)[0] == "RECEIVED"
    good: dict[str, Any] = {"headers": {"Origin": box.url}}
    assert pressed(page, "approve", **good).status_code == 200


def test_a_token_serves_for_its_own_payment(box: Sandbox) -> None:
    """That of another payment's page is none."""
    one = opened(pay(box).links["payment"]["url"])
    other = opened(pay(box, **sample_payment(8)).links["payment"]["url"])

    assert pressed(one, "approve", other.url).status_code == 403


@pytest.mark.parametrize(
    ("back", "due"),
    [
        ("http://127.0.0.1:5000/shop?a=1", "http://127.0.0.1:5000/shop?a=1&"),
        ("http://localhost/shop", "http://localhost/shop?"),
        ("https://[::1]:8443/", "https://[::1]:8443/?"),
    ],
)
@pytest.mark.parametrize("decision", ["approve", "refuse"])
def test_a_merchant_of_this_machine_gets_its_customer_back(
    box: Sandbox, back: str, due: str, decision: str
) -> None:
    """With the payment's name, and no word of how it ended: that is asked for."""
    url = pay(box).links["payment"]["url"]
    with_way = requests.Request("GET", url, params={"ReturnUrl": back}).prepare().url
    answer = pressed(opened(str(with_way)), decision)

    assert answer.status_code == 303
    assert answer.headers["Location"] == f"{due}EndtoEndId={ID}"


@pytest.mark.parametrize(
    "back",
    ["https://shop.example/", "//127.0.0.1/", "javascript:alert(1)", "http://[", "x"],
)
def test_nobody_is_sent_to_another_machine(box: Sandbox, back: str) -> None:
    """An address that leads anywhere would serve a trickster's mail."""
    url = pay(box).links["payment"]["url"]
    with_way = requests.Request("GET", url, params={"ReturnUrl": back}).prepare().url
    answer = pressed(opened(str(with_way)), "approve")

    assert answer.status_code == 200
    assert "You approved" in answer.text


def test_what_was_decided_is_told(box: Sandbox) -> None:
    """To the address that was given at the start: taken, then how it ended."""
    # Not those of other tests: a listener takes nothing twice.
    for number, decision in ((17, "approve"), (18, "refuse")):
        page = opened(pay(box, **sample_payment(number)).links["payment"]["url"])
        pressed(page, decision)
    said = [one["Notification"]["EventInfo"] for one in told_by(box, 4)]

    assert [(one["EndToEndID"][-1], one["PaymentStatus"]["Code"]) for one in said] == [
        ("7", "ACTC"),
        ("7", "ACSP"),
        ("8", "ACTC"),
        ("8", "RJCT"),
    ]


@pytest.mark.parametrize(
    ("start", "changes", "look", "decision", "states"),
    [
        ("start_checkout", {}, "get_checkout_status", "approve", ["CLEARED"]),
        ("start_checkout", {}, "get_checkout_status", "refuse", ["REJECTED"]),
        (
            "start_checkout",
            {"transactionFlow": "02"},
            "get_checkout_status",
            "approve",
            ["PENDAUTH", "CLEARED"],
        ),
        ("create_intent", {}, "get_checkout_status", "approve", ["CLEARED"]),
        ("create_intent", {}, "get_checkout_status", "refuse", ["REJECTED"]),
        ("start_consent", {}, "get_consent_status", "approve", ["ACTV"]),
        ("start_consent", {}, "get_consent_status", "refuse", ["CANC"]),
    ],
)
def test_duitnow_pay_leads_to_the_same_page(
    box: Sandbox, start: str, changes: Any, look: str, decision: str, states: list[str]
) -> None:
    """A checkout, a session at the hosted page, a consent; each is told of."""
    answer = ask(box, start, changes)
    hosted = answer.json()["data"].get("redirectUrl")
    page = opened(hosted or answer.links["payment"]["url"])
    before = ask(box, look).json()["data"]["transactionStatus"]
    assert pressed(page, decision).status_code == 200
    looks = [ask(box, look).json()["data"]["transactionStatus"] for _ in states]
    told = told_by(box, 2 if start == "start_checkout" else 1)
    said = [one.get("consentStatus") or one["paymentStatus"] for one in told]

    assert before in {"RECEIVED", "PDNG"}
    assert looks == states
    assert states[0] in {said[-1]["code"], said[-1].get("substate")}
    assert [one["substate"] for one in said[:-1]] == ["RECEIVED"] * (len(said) - 1)


def test_payments_of_two_products_are_not_mixed_up(box: Sandbox) -> None:
    """DuitNow Pay's IDs are made by the sandbox, a merchant's by the merchant."""
    started = ask(box, "start_checkout").json()["data"]["endToEndId"]
    today = started[:8]
    pay(box, **{**sample_payment(1, day=today), "date": None})
    name = sample_payment(1, day=today)["endToEndId"]
    box.press(name, "refuse")
    look = ask(box, "get_checkout_status").json()["data"]

    assert started[:20] == name[:20]
    assert state_of(box, name)[0] == "REJECT"
    assert look["transactionStatus"] == "RECEIVED"


def test_a_consent_that_was_left_open_ends(box: Sandbox) -> None:
    """In a state that consents have."""
    opened(ask(box, "start_consent").links["payment"]["url"])
    box.clock.forward(hours=1)
    looks = [ask(box, "get_consent_status").json()["data"] for _ in "12"]

    assert [one["transactionStatus"] for one in looks] == ["PDNG", "EXPI"]


def test_a_program_may_press(box: Sandbox) -> None:
    """Where no browser reaches the machine; the page says the same."""
    pay(box)

    assert box.press(ID, "refuse") == "REJECT"
    assert state_of(box) == ("REJECT", "D104")
    assert "was decided before" in opened(box.bank_page(ID)).text
    with pytest.raises(ConfigurationError, match="decided before: REJECT"):
        box.press(ID, "approve")
    with pytest.raises(ConfigurationError, match="approve"):
        box.press(ID, "x")
    for ask_for in (box.bank_page, lambda name: box.press(name, "approve")):
        with pytest.raises(ConfigurationError, match="endToEndId"):
            ask_for("x")


def test_a_state_in_a_file_keeps_what_was_opened(box: Sandbox) -> None:
    """An opened page can be pressed in the sandbox that goes on from there."""
    pay(box)
    opened(box.bank_page(ID))
    with Sandbox(state=box.state()) as other:
        assert state_of(other)[0] == "RECEIVED"
        assert pressed(opened(other.bank_page(ID)), "approve").status_code == 200
        assert state_of(other) == ("CLEARED", "U000")


def test_each_learner_of_a_class_has_pages_of_its_own() -> None:
    """They are below the learner's own path; another's path does not know them."""
    with Classroom(2) as room:
        answer = requests.post(
            f"{room.url}/merchants/v1/payments/redirect",
            json=PAYMENT,
            headers=bearer(room, 1),
            timeout=TIMEOUT_S,
        )
        url = answer.links["payment"]["url"]
        page = opened(url)
        opened(url.replace("/learner/1/", "/learner/2/"), 404)
        opened(url.replace("/learner/1/", "/"), 404)
        done = pressed(page, "approve")
        states = [
            row["status"]
            for one in room.learners
            for row in one.gateway.ledger.snapshot().get("payments", {}).values()
        ]

    assert url.startswith(f"{room.url}/learner/1/RPP/")
    assert done.status_code == 200
    assert states == ["CLEARED"]


def test_what_a_merchant_sends_is_no_html(box: Sandbox) -> None:
    """Names are text on the page."""
    merchant = {**PAYMENT["merchant"], "name": "<b onclick=x>Kedai</b>"}
    told = opened(pay(box, merchant=merchant).links["payment"]["url"]).text

    assert "<b o" not in told
    assert "&lt;b onclick=x&gt;Kedai" in told
