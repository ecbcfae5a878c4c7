"""124 made-up banks in the shape of PayNet's bank list.

Names are Malay plants, codes look like the test banks' (`TESTMYK1`), addresses end in
`.example` (RFC 2606). As observed at PayNet, an optional key is missing rather than
null, and `redirectUrls` may be empty or name a type twice. That `browser` is a text and
what it says is a sandbox assumption.
"""

from __future__ import annotations

from functools import cache
from itertools import product
from typing import Any

_PLANTS = (
    "Angsana Belian Cengal Damar Enau Fikus Gaharu Halban Ixora Jelutong Kekwa "
    "Langsat Melur Nibong Orkid Pinang Quisqualis Rambai Seraya Teratai Ubah Vanda "
    "Wangian Xylia Yakal Zaitun Bakawan Cempaka Durian Gelam Kenanga"
)
_KINDS = ("Bank", "Commerce Bank", "Digital Bank", "Savings Bank")


@cache
def made_up_banks() -> tuple[dict[str, Any], ...]:
    """List the banks by code; they are made once, and nobody's to change."""
    made = [
        _bank(number, f"{plant} {kind}", f"{plant[:3]}{kind[0]}MYK1".upper())
        for number, (plant, kind) in enumerate(product(_PLANTS.split(), _KINDS))
    ]
    return tuple(sorted(made, key=lambda bank: str(bank["code"])))


def _bank(number: int, name: str, code: str) -> dict[str, Any]:
    host = f"{name.lower().replace(' ', '-')}.example"
    bank: dict[str, Any] = {"code": code, "name": name, "active": number % 11 != 7}
    if number % 4:
        bank["browser"] = f"https://{host}/login"
    if number % 3:
        bank["androidApplicationId"] = f"example.{code.lower()}"
    if number % 5:
        # Digits that are no number: a table must keep the zeros in front.
        bank["iosApplicationId"] = f"{number * 7919:010d}"
    types = ((), ("RET",), ("RET", "COR"), ("COR", "RET", "RET"))[number % 4]
    bank["redirectUrls"] = [
        {"type": kind, "url": f"https://{host}/pay/{turn}"}
        for turn, kind in enumerate(types, start=1)
    ]
    return bank
