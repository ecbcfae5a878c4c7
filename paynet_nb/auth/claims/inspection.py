"""`TokenInspection`: what a JSON Web Token says, as a table, a card and a text."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from paynet_nb import frames
from paynet_nb.auth.claims.fields import HEADER, PAYLOAD, meaning
from paynet_nb.auth.claims.findings import Finding
from paynet_nb.display import (
    Html,
    badge,
    card,
    count,
    details,
    escape,
    facts,
    narrow,
    plain,
    scrolling,
    show_live,
    table,
    visible,
)

if TYPE_CHECKING:
    import pandas as pd

_COLUMNS = ("part", "name", "value", "meaning")
_SIGNATURE = "signature"


@dataclass(frozen=True, repr=False)
class TokenInspection:
    """What a JSON Web Token says; neither its signature nor its text is kept.

    Attributes:
        header: The fields of its first part (RFC 7515 section 4).
        claims: The fields of its second part (RFC 7519 section 4).
        verified: True: the signature fits a key; False: it is wrong or no key fits;
            None: no key was given, or none that could have made it.
        findings: What is odd about it, the gravest first; remarks, not failures.
    """

    header: dict[str, Any]
    claims: dict[str, Any]
    verified: bool | None
    findings: list[Finding]

    def to_frame(self) -> pd.DataFrame:
        """Tabulate the fields, one row each: the header's, then the payload's.

        Returns:
            Columns: part ("header" or "payload"), name, value (as in the token; an
            object or a list as JSON text), meaning (a time in UTC and Kuala Lumpur
            time).
        """
        rows = self._rows()
        return frames.columns_to_frame(
            {name: [row[i] for row in rows] for i, name in enumerate(_COLUMNS)},
            {"value": "object"},
        )

    def _rows(self) -> list[tuple[str, str, object, str]]:
        return [
            (part, name, cell(value), meaning(part, name, value))
            for part, fields in ((HEADER, self.header), (PAYLOAD, self.claims))
            for name, value in fields.items()
        ]

    def __repr__(self) -> str:
        alg = " ".join(visible(self.header.get("alg")).split())[:20]
        verdict, _, _ = self.verdict.partition(":")
        codes = ", ".join(found.code for found in self.findings) or "none"
        return (
            f"<TokenInspection {alg}, {len(self.claims)} claims, {verdict}, "
            f"findings: {codes}>"
        )

    def __str__(self) -> str:
        rows = self.three_parts()
        blocks = [f"JSON Web Token, {self.verdict}"]
        for part in (HEADER, PAYLOAD, _SIGNATURE):
            shown = {n: f"{value} - {why}" for p, n, value, why in rows if p == part}
            blocks.append(plain(part, shown))
        found = [visible(f"  {x.severity}: {x.message}") for x in self.findings]
        return "\n".join([*blocks, "findings" if found else "no findings", *found])

    @property
    def state(self) -> str:
        """How it looks: "good" (verified), "forged", "expired", else "unknown"."""
        codes = {found.code for found in self.findings}
        if "signature_wrong" in codes:
            return "forged"
        if "expired" in codes:
            return "expired"
        return "good" if self.verified else "unknown"

    @property
    def contents(self) -> str:
        """Count what is in it: "2 header fields, 7 claims, 1 remark"."""
        counted = {"header field": self.header, "claim": self.claims}
        parts = [count(len(fields), noun) for noun, fields in counted.items()]
        return ", ".join([*parts, count(len(self.findings), "remark")])

    def tables(self) -> Html:
        """Lay out header and claims, and say what is redacted."""
        *rows, (_, _, third, why) = self.three_parts()
        found = ""
        for part, heading in ((HEADER, "header field"), (PAYLOAD, "claim")):
            shown = [(n, narrow(value), why) for p, n, value, why in rows if p == part]
            found += table((heading, "value", "meaning"), shown) if shown else ""
        return Html(f"{found}{facts({'signature': f'{third}: {why}'})}")

    def remarks(self) -> Html:
        """List what is odd about it, the gravest first."""
        return Html(
            "".join(
                f"<div><strong>{escape(f'{found.severity} {found.code}')}</strong>: "
                f"{escape(found.message)}</div>"
                for found in self.findings
            )
        )

    def three_parts(self) -> list[tuple[str, str, object, str]]:
        """List the fields of header and payload, and that a signature is redacted."""
        codes = {found.code for found in self.findings}
        if codes & {"alg_none", "no_signature"}:
            third = "none", "anyone could have written this"
        else:
            third = (
                "redacted",
                "whoever has all three parts can act as you",
            )
        return [*self._rows(), (_SIGNATURE, "", *third)]

    def _repr_html_(self) -> str:
        verdict, _, _ = self.verdict.partition(":")
        expired = badge("expired") if self.state == "expired" else ""
        return card(
            "JSON Web Token",
            self.verdict,
            self.remarks(),
            details(self.contents, scrolling(self.tables()), is_open=True),
            state=self.state if self.state != "expired" else "unknown",
            word=verdict,
            beside=expired,
        )

    def _ipython_display_(self) -> None:
        show_live(self, "TokenCard")

    @property
    def verdict(self) -> str:
        """Whether a key verified it, in words."""
        codes = {found.code for found in self.findings}
        if self.verified is None and "no_key_fits" not in codes:
            return "NOT verified: no key was given, so anyone could have written this"
        if self.verified:
            return "verified: the signature fits a key that was given"
        if "signature_der" in codes:
            return "NOT verified: its signature is not in the form of a JWT's"
        if "signature_wrong" in codes:
            return "signature is WRONG: do not trust what it says"
        return "NOT verified: none of the keys given fits it"


def cell(value: object) -> object:
    """Give a JSON value for one cell: an object or a list as JSON text."""
    if isinstance(value, (dict, list)):
        return json.dumps(value, ensure_ascii=False)
    return value
