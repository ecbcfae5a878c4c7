"""The calls for reports of a sandbox, and the files that they lead to.

Sandbox assumptions: which reports there are and what is in them; where an E-code stands
in an answer; that a report is there from the next day on; that one whose name begins
with I is itemised, so that it is ready at the third call.
"""

from __future__ import annotations

import gzip
import hashlib
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from paynet_nb.sandbox.answers import Answer, Raw, refused
from paynet_nb.sandbox.asked import Asked
from paynet_nb.sandbox.calls import Handler
from paynet_nb.sandbox.ledger import Ledger
from paynet_nb.sandbox.verdicts import Refusal

FILES = "/v1/reports/files/<name>"  # of the sandbox alone: PayNet's are elsewhere
LONGEST = timedelta(days=90)
_TYPES = {
    "AIR02": "Interchange, made up",
    "SETL01": "Settlement, made up",
    "STAT09": "Statistics, made up",
}
_CONTENT = b"id,amount\n0001,10.00\n0002,25.50\n"
_STATES = ("new", "processing", "ready")
_WANTED = ("product", "report", "date", "fields")
_TEXTS = {
    "E0001": "E0001 The date is more than 90 days ago",
    "E0002": "E0002 The date is in the future",
    "E0003": "E0003 The data is not ready",
    "E0004": "E0004 A value is not valid",
    "E0005": "E0005 The date has another form",
    "E0006": "E0006 A field is missing",
}


class Reports:
    """The calls for reports.

    Args:
        ledger: What was told so far.
        random_bits: Gives so many random bits, for the names of files.
    """

    def __init__(self, ledger: Ledger, random_bits: Callable[[int], int]) -> None:
        self._ledger = ledger
        self._random_bits = random_bits

    def handlers(self) -> dict[str, Handler]:
        """Give what answers each call, by the contract's name of it."""
        return {
            "list_report_types": self.types,
            "download_report": self.download,
            "query_reports": self.query,
        }

    def types(self, _asked: Asked) -> Answer:
        """List the reports there are."""
        told = [
            {
                "type": kind,
                "name": name,
                "description": name,
                "supported_products": ["SAN"],
            }
            for kind, name in _TYPES.items()
        ]
        return Answer(body={"success": True, "data": told})

    def download(self, asked: Asked) -> Answer | Raw:
        """Give the address of a report's file, which serves once."""
        kind = asked.body["report_type"].removesuffix("_C1").removesuffix("_C2")
        code = _of_date(asked.body["date"], asked.today) or (
            "" if kind in _TYPES else "E0004"
        )
        if code:
            return refused(asked, Refusal("", _TEXTS[code]))
        return Answer(body={"url": self._new_file(asked, kind)})

    def query(self, asked: Asked) -> Answer:
        """Answer a query: a summary at once, an itemised report at the third call."""
        variables = asked.body.get("variables", {})
        wanted = variables.get("input", {})
        code = _of_query(wanted, asked.today)
        if code:
            errors = [{"message": _TEXTS[code]}]
            return Answer(body={"data": None, "errors": errors})
        state = self._state_of(wanted)
        report: dict[str, Any] = {"status": state}
        if state == "ready":
            report |= {
                "url": self._new_file(asked, wanted["report"]),
                "expiry": f"{asked.today}T23:59:59",
                "checksum": {
                    "rows": _CONTENT.count(b"\n") - 1,
                    "size": len(_CONTENT),
                    "md5hash": hashlib.md5(_CONTENT, usedforsecurity=False).hexdigest(),
                },
            }
        return Answer(body={"data": {"Report": report}})

    def file(self, asked: Asked, name: str) -> Raw:
        """Give a report's file, once, to whoever has its address."""
        with self._ledger.table("files") as files:
            kind = files.pop(name, None)
        if kind is None:
            return refused(
                asked, Refusal("", "This URL has served", status=404), "reports"
            )
        packed = gzip.compress(_CONTENT, mtime=0)
        told = f'attachment; filename="{kind}.csv.gz"'
        return Raw(
            content=packed,
            headers={"Content-Type": "application/gzip", "Content-Disposition": told},
        )

    def _new_file(self, asked: Asked, kind: str) -> str:
        name = f"{self._random_bits(128):032x}"
        with self._ledger.table("files") as files:
            files[name] = "".join(filter(str.isalnum, kind))[:20]
        return (
            f"{asked.request.url_root}{FILES.removeprefix('/').replace('<name>', name)}"
        )

    def _state_of(self, wanted: dict[str, Any]) -> str:
        if not wanted["report"].startswith("I"):
            return "ready"
        key = f"{wanted['product']} {wanted['report']} {wanted['date']}"
        looks = self._ledger.count(f"report {key}")
        return _STATES[min(looks, len(_STATES)) - 1]


def _of_query(wanted: Any, today: str) -> str:
    if not isinstance(wanted, dict) or not all(wanted.get(one) for one in _WANTED):
        return "E0006"
    if not all(isinstance(wanted[one], str) for one in ("product", "report", "date")):
        return "E0004"
    return _of_date(wanted["date"], today)


def _of_date(text: str, today: str) -> str:
    """Give the E-code of a report's date; "": none."""
    now = date.fromisoformat(today)
    try:
        wanted = date.fromisoformat(text)
    except ValueError:
        return "E0005"
    if wanted > now:
        return "E0002"
    if wanted == now:
        return "E0003"
    return "E0001" if now - wanted > LONGEST else ""
