"""Wrong answers to each exercise, with the words that they get, and odd right ones.

Each is a cell; it is run behind the lesson's own ones, in this order, wrong ones first.
"""

from __future__ import annotations

_NO_SCENARIO = "no scenario's name"


def _of_patient(number: int, other: str) -> list[tuple[str, str]]:
    return [
        (f'check("04.{number}", "nonsense")', _NO_SCENARIO),
        (f'check("04.{number}", "{other}")', "Not this: "),
    ]


WRONG: dict[str, list[tuple[str, str]]] = {
    "00.1": [
        ('check("00.1", 1)', "what had to be sent before"),
        ('check("00.1", "many")', "as a number"),
        ('check("00.1", "2 or 3")', "as a number"),
    ],
    "00.2": [
        (
            'client.get("/merchants/v1/payments/lists/bank", '
            'params={**box.example("bank list", 90), "pagekey": "x"})\n'
            'check("00.2")',
            "letter by letter",
        ),
        (
            'client.get("/merchants/v1/payments/lists/bank", '
            'params={**box.example("bank list", 91), "pageKey": "nonsense"})\n'
            'check("00.2")',
            "the answer has no banks",
        ),
        (
            'client.get("/merchants/v1/payments/lists/bank", '
            'params={**ids, "pageKey": banks.json()["pageKey"]})\n'
            'check("00.2")',
            "IDs of its own",
        ),
    ],
    "01.1": [
        ('mine.get_token()\ncheck("01.1")', "nothing was renewed"),
        ('mine.renew()\nmine.forget()\ncheck("01.1")', "hold the second token"),
        ('mine.get_token()\ncheck("01.1")', "more than twice"),
    ],
    "01.2": [
        ('check("01.2", 401)', "HTTP status"),
        ('check("01.2", "wrong password")', "two words"),
        ('check("01.2", "invalid_client, invalid_grant")', "one code"),
    ],
    "02.1": [
        ('check("02.1", "expired")', "as it should be"),
        ('check("02.1", "nonsense")', "as it should be"),
    ],
    "02.2": [
        ('check("02.2", 7)', "one by one"),
        ('check("02.2", "some")', "as a number"),
    ],
    "02.3": [
        ('mine = pn.inspect_token(token)\ncheck("02.3")', "verified is None"),
        (
            'mine = pn.inspect_token(forged, keys=keys)\ncheck("02.3")',
            "verified is False",
        ),
    ],
    "03.1": [
        ('check("03.1", "RJCT")', "says why"),
        ('check("03.1", 404)', "HTTP status"),
        ('check("03.1", "API.001")', "another no's"),
        ('check("03.1", ["U112", "API.001"])', "one code"),
        ('check("03.1", "U1123")', "another no's"),
    ],
    "03.2": [
        (
            'client.post("/merchants/v1/payments/redirect", json=payment)\n'
            'check("03.2")',
            "IDs served before",
        ),
        (
            'client.post("/merchants/v1/payments/redirect", '
            'json={**box.example("payment", 90), "amount": "0.00"})\n'
            'check("03.2")',
            "below the minimum",
        ),
    ],
    "04.1": _of_patient(1, "api-401"),
    "04.2": _of_patient(2, "token-missing"),
    "04.3": _of_patient(3, "token-revoked"),
    "04.4": _of_patient(4, "api-hang"),
    "04.5": _of_patient(5, "token-500"),
    "05.1": [
        (
            "other = pn.SigningKey.generate()\n"
            "again = pn.MerchantSignature(token, other, key.serial)\n"
            'pn.Client(again).post(PAY, json=box.example("payment", 9))\n'
            'check("05.1")',
            "refused still",
        ),
        (
            'pn.Client(token).post(PAY, json=box.example("payment", 9))\ncheck("05.1")',
            "without a signature",
        ),
        (
            "unsigned = pn.Client(token)\n"
            'unsigned.post(PAY, json=box.example("payment", 9))\n'
            'check("05.1")',
            "without a signature",
        ),
    ],
    "05.2": [
        ('check("05.2", "other message")', "done to the body"),
        ('check("05.2", "expired")', "names it"),
        ('check("05.2", "expired, number_as_text")', "names it"),
    ],
    "06.1": [
        ('check("06.1", "payment/status")', "more often"),
        ('check("06.1", "the gateway")', "as in summary()"),
        ('check("06.1", "p")', "as in summary()"),
        ('check("06.1", "lists/shop payment/status")', "one path"),
    ],
    "06.2": [
        ('check("06.2", "108170.35")', "counts the refused"),
        ('check("06.2", 15.350000000000001)', "a float's sum"),
        ('check("06.2", "much")', "to the sen"),
        ('check("06.2", "15.35 or 20")', "to the sen"),
    ],
    "07.1": [
        (
            'client.post(PAY, json=box.example("payment", 7))\ncheck("07.1")',
            "No notification says RJCT",
        ),
        (
            'seventh = box.example("payment", 7)\n'
            'status_of(seventh, 74), status_of(seventh, 75)\ncheck("07.1")',
            "decided at the second look",
        ),
        (
            'other = box.example("payment", 70)\n'
            "client.post(PAY, json=other)\n"
            'box.press(other["endToEndId"], "refuse")\n'
            'check("07.1")',
            "It may be forged",
        ),
    ],
    "07.2": [
        ('check("07.2", "yes")', "Do not guess"),
        ('status_of(lost, 80)\ncheck("07.2", "yes")', "Read the reason"),
        ('check("07.2", "yes and no")', "Read the reason"),
    ],
}

# Right in another way than the solution.
RIGHT_TOO: dict[str, list[str]] = {
    "00.1": ['check("00.1", "two rows")'],
    "01.2": ['check("01.2", "401 Invalid Client")'],
    "03.1": ['check("03.1", "RJCT u112: below")'],
    "03.2": [
        'requests.post(box.url + "/merchants/v1/payments/redirect", '
        'json=box.example("payment", 31), auth=auth, timeout=30)\n'
        'check("03.2")',
    ],
    "05.1": ['pay(9)\ncheck("05.1")'],
    "05.2": ['check("05.2", pn.explain_signature(answer, key))'],
    "06.1": ['check("06.1", box.url + "/merchants/v1/payments/lists/shop/")'],
    "07.2": ['check("07.2", "No, it was not.")'],
}
