"""Make of confirmed differences a change of the contract and a test of the sandbox.

    python -m paynet_nb.paynet.contract.apply drift.yaml

In the file that `paynet-nb drift` wrote, `confirmed: true` stands at what is to be
taken over. As no value is in the file, a field is widened to the kind of thing that
came; a reason code is taken over where a line `code: "U123"` stands with it.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from copy import deepcopy
from pathlib import Path
from typing import Any

from paynet_nb.errors import ConfigurationError
from paynet_nb.paynet.contract.layout import parsed, written
from paynet_nb.paynet.contract.reader import FAMILIES

SEEN = {"sure": "observed", "page": "drift"}
_SOURCE = "answers that users of paynet_nb recorded; paynet-nb drift wrote their shapes"
_KINDS: Mapping[str, Mapping[str, Any]] = {
    "null": {"type": "null"},
    "true or false": {"type": "boolean"},
    "a whole number": {"type": "integer"},
    "a number": {"type": "number"},
    "a list": {"type": "array"},
    "an object": {"type": "object"},
}
_LINE = re.compile(r"  (?:- |  )(\w+): (.+)")
_TEST = '''"""What PayNet was seen to answer, and the sandbox has to answer, too."""

from __future__ import annotations

import pytest

from paynet_nb.sandbox import Sandbox
from tests.sandbox.helpers import shape_at


@pytest.mark.parametrize(
    ("call", "element", "came"),
    {rows},
)
def test_the_sandbox_answers_as_was_seen(
    box: Sandbox, call: str, element: str, came: str
) -> None:
    """The kind of thing that came at PayNet comes here."""
    assert came in shape_at(box, call, element)
'''


def confirmed(path: Path) -> list[dict[str, Any]]:
    """Read the confirmed differences of a file that `paynet-nb drift` wrote.

    Raises:
        ConfigurationError: It cannot be read, or a line is not as that command writes.
    """
    try:
        lines = path.read_text("utf-8").splitlines()
    except (OSError, ValueError) as error:
        raise ConfigurationError(f"{path} cannot be read: {error}") from None
    rows: list[dict[str, Any]] = []
    for number, line in enumerate(lines, start=1):
        if not line.strip() or line.startswith(("#", "differences:")):
            continue
        found = _LINE.fullmatch(line.rstrip())
        try:
            name, value = found.groups() if found else ("", "")
            if line.startswith("  - "):
                rows.append({})
            rows[-1][name] = json.loads(value)
        except (ValueError, IndexError):
            raise ConfigurationError(
                f'{path}, line {number}: write name: "text", true or false, as '
                "paynet-nb drift does"
            ) from None
    return [row for row in rows if row.get("confirmed") is True]


class Contract:
    """The contract's files, to be changed and written again.

    Args:
        folder: Where they are; the codes' table is in the folder above.
    """

    def __init__(self, folder: Path) -> None:
        self._paths = [folder / f"{one}.json" for one in ("common", *FAMILIES)]
        self._parts = [parsed(one.read_text("utf-8")) for one in self._paths]
        self._codes = folder.parent / "all_codes.tsv"
        self._new_codes: list[str] = []
        # Its members are those of the parts, so that a change of one is one of both.
        self._whole: dict[str, Any] = {"components": {}}
        for part in self._parts:
            for name, entries in part.get("components", {}).items():
                self._whole["components"].setdefault(name, {}).update(entries)
            for section in ("paths", "servers"):
                if section == "servers" and section in part:
                    self._whole[section] = part[section]
                elif section in part:
                    self._whole.setdefault(section, {}).update(part[section])

    def take(self, row: Mapping[str, str]) -> str:
        """Change the contract so that it says what came; give why not, or ""."""
        if why := self._take(row):
            return why
        self._parts[0]["x-sources"].setdefault(SEEN["page"], _SOURCE)
        return ""

    def _take(self, row: Mapping[str, str]) -> str:
        element, came = row["element"], row["came"]
        method, _, path = row["call"].partition(" ")
        if element == "call":
            return self._take_call(method, path)
        operation = self._operation(method.lower(), path)
        if operation is None:
            return "the contract has no such call"
        if element == "reason code":
            return self._take_code(row.get("code", ""))
        answers = operation["responses"]
        if element == "status":
            known = next(one for code, one in answers.items() if code[0] == "2")
            answers[came] = {**deepcopy(self._resolved(known)), "x-source": SEEN}
            return ""
        key = row["status"] if row["status"] in answers else "default"
        if key not in answers:
            return f"the contract has no answer of status {row['status']}"
        answer = self._resolved(answers[key])
        if element == "content type":
            form = {"schema": {"type": "string", "x-source": SEEN}, "example": ""}
            answer["content"][came] = form
            return "" if came != "nothing" else "an answer without a type has no form"
        if element.startswith("headers."):
            name = element.removeprefix("headers.")
            known = self._resolved(answer.setdefault("headers", {}).get(name, {}))
            plain = {"schema": {"type": "string"}, **known}
            answer["headers"][name] = {**plain, "required": False, "x-source": SEEN}
            return ""
        return self._take_field(answer, element, row)

    def write(self) -> list[Path]:
        """Write what has changed, and give the files."""
        changed = []
        for path, part in zip(self._paths, self._parts, strict=True):
            if (text := written(part)) != path.read_text("utf-8"):
                path.write_text(text, "utf-8")
                changed.append(path)
        if self._new_codes:
            with self._codes.open("a", encoding="utf-8", newline="\n") as table:
                table.writelines(self._new_codes)
            changed.append(self._codes)
        return changed

    def _take_field(
        self, answer: Mapping[str, Any], element: str, row: Mapping[str, str]
    ) -> str:
        content = next(iter(answer.get("content", {}).values()), None)
        if content is None or row["contract"] == "JSON" or "(a name)" in element:
            return "what came has no name or no form that could be written down"
        steps = re.findall(r"\[\]|[^.\[\]]+", "" if element == "answer" else element)
        if row["came"] == "nothing":
            return self._take_absence(content, steps)
        form = _form_of(row["came"])
        slots = [*self._slots(content, "schema", steps)]
        for holder, key in slots:
            known = holder[key]
            if known.get("x-source") == SEEN and "anyOf" in known:
                known["anyOf"].append(form)
            else:
                holder[key] = {"x-source": SEEN, "anyOf": [known, form]}
        if slots:
            return ""
        for holder, key in self._slots(content, "schema", steps[:-1]):
            for branch in self._branches(holder[key]):
                if "properties" in branch:
                    branch["properties"][steps[-1]] = {**form, "x-source": SEEN}
                    return ""
        return "the contract has no such place"

    def _take_absence(self, content: dict[str, Any], steps: Sequence[str]) -> str:
        name, found = steps[-1], False
        for holder, key in self._slots(content, "schema", steps[:-1]):
            for branch in self._branches(holder[key]):
                if name in branch.get("required", ()):
                    branch["required"].remove(name)
                    field = branch.get("properties", {}).get(name)
                    if field is not None:
                        field["x-source"] = SEEN
                    found = True
        return "" if found else "the contract does not demand it"

    def _take_call(self, method: str, path: str) -> str:
        numbered = re.sub(r"\.\.\.", "{part}", path)
        for number in range(numbered.count("{part}")):
            numbered = numbered.replace("{part}", f"{{part{number + 1}}}", 1)
        self._parts[0]["x-calls-not-described"].append(
            {
                "family": next(
                    (one for one, mark in _FAMILY_MARKS.items() if mark in path),
                    "merchant-v1",
                ),
                "method": method,
                "path": numbered,
                "name": f"{method} {numbered}",
                "missing": "request and answer",
                "x-source": SEEN,
            }
        )
        return ""

    def _take_code(self, code: str) -> str:
        if not re.fullmatch(r"[A-Z0-9.]{2,8}", code):
            return 'write the code beside it, as code: "U123"'
        family = "platform" if code.startswith("U") else "gateway"
        meaning = "not told by any page that is known", "Ask PayNet what it means"
        advice = "unknown", "ask first", "perhaps", *SEEN.values(), "assumption"
        self._new_codes.append("\t".join([code, family, *meaning, *advice]) + "\n")
        return ""

    def _operation(self, method: str, path: str) -> dict[str, Any] | None:
        found: dict[str, Any] | None = self._whole["paths"].get(path, {}).get(method)
        return found

    def _resolved(self, element: dict[str, Any]) -> dict[str, Any]:
        while "$ref" in element:
            here: Any = self._whole
            for step in element["$ref"].removeprefix("#/").split("/"):
                here = here[step]
            element = here
        return element

    def _branches(self, form: dict[str, Any]) -> Iterator[dict[str, Any]]:
        form = self._resolved(form)
        yield form
        for keyword in ("allOf", "anyOf", "oneOf"):
            for inner in form.get(keyword, ()):
                yield from self._branches(inner)

    def _slots(
        self, holder: dict[str, Any], key: str, steps: Sequence[str]
    ) -> Iterator[tuple[dict[str, Any], str]]:
        """Give what holds the schemas of a place, and by which name."""
        if not steps:
            yield holder, key
            return
        for branch in self._branches(holder[key]):
            if steps[0] == "[]" and "items" in branch:
                yield from self._slots(branch, "items", steps[1:])
            elif steps[0] in branch.get("properties", {}):
                yield from self._slots(branch["properties"], steps[0], steps[1:])


_FAMILY_MARKS = {
    "participant-v3": "/v3/",
    "participant-v2": "/v2/",
    "duitnow-pay": "/pay-guard",
    "reports": "/reports",
}


def _form_of(came: str) -> dict[str, Any]:
    """Write the schema of a kind of thing: "a text of 19 characters"."""
    if found := re.match(r"a text of (\d+)", came):
        return {"type": "string", "maxLength": int(found[1])}
    return next(dict(form) for kind, form in _KINDS.items() if came.startswith(kind))


def apply(drift: Path, folder: Path, tests: Path) -> tuple[list[str], int]:
    """Take over what is confirmed, and tell what was done in lines.

    Args:
        drift: What `paynet-nb drift` wrote.
        folder: The contract's files.
        tests: Where the test of the sandbox is written.

    Returns:
        The lines, and how many confirmed differences were left.

    Raises:
        ConfigurationError: The file is none of that command's, or there is such a test.
    """
    test = tests / f"test_seen_{re.sub(r'[^a-z0-9]', '_', drift.stem.lower())}.py"
    rows = confirmed(drift)
    if test.exists() or not tests.is_dir():
        problem = "exists" if test.exists() else "has no folder to be in"
        raise ConfigurationError(f"{test} {problem}; nothing was changed")
    contract = Contract(folder)
    left, told = [], []
    for row in rows:
        if why := contract.take(row):
            left.append(f"left: {row['call']}, {row['element']}: {why}")
        elif row["element"] != "reason code" and row["status"].startswith("2"):
            told.append((row["call"], row["element"], row["came"]))
    changed = contract.write()
    if told:
        lines = "".join(f"        {one!r},\n" for one in told)
        test.write_text(_TEST.replace("{rows}", f"[\n{lines}    ]"), "utf-8")
        changed.append(test)
    taken = f"{len(rows) - len(left)} of {len(rows)} confirmed differences taken over"
    return [taken, *left, *(f"changed: {path}" for path in changed)], len(left)


def main(args: Sequence[str] | None = None) -> int:
    """Apply a file; 0 if all that is confirmed was taken over."""
    parser = argparse.ArgumentParser(prog="python -m paynet_nb.paynet.contract.apply")
    parser.add_argument("drift", type=Path, help="what paynet-nb drift wrote")
    parser.add_argument("--contract", type=Path, default=Path(__file__).parent)
    parser.add_argument("--tests", type=Path, default=Path("tests/sandbox"))
    asked = parser.parse_args(args)
    try:
        lines, left = apply(asked.drift, asked.contract, asked.tests)
    except ConfigurationError as error:
        parser.exit(1, f"{error}\n")
    sys.stdout.write("\n".join(lines) + "\n")
    return 1 if left else 0


if __name__ == "__main__":
    raise SystemExit(main())
