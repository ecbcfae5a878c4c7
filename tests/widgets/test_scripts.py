"""The modules of `static` become the one text that a front end gets."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from paynet_nb import widgets
from paynet_nb.display import COLOURS, SIGNS
from paynet_nb.paynet import OUTCOMES
from paynet_nb.widgets.scripts import script, style

STATIC = Path(widgets.__file__).with_name("static")
SCRIPTS = sorted(STATIC.glob("*.js"))
WIDGETS = ["credential_form", "history_view", "key_form", "request_form", "token_card"]
DECLARED = re.compile(r"^(?:const|let|class|function) (\w+)", re.M)


def names(source: str) -> list[str]:
    """List what a script declares for all of it."""
    return DECLARED.findall(re.sub(r"^export ", "", source, flags=re.M))


@pytest.mark.parametrize("widget", WIDGETS)
def test_a_widget_gets_one_module(widget: str) -> None:
    """Nothing is imported, and only the widget is exported, last."""
    joined = script(f"{widget}.js")

    assert re.findall(r"^import\b.*", joined, re.M) == []
    assert re.findall(r"^export\b.*", joined, re.M) == ["export default { render };"]
    assert joined.endswith("export default { render };\n")


@pytest.mark.parametrize("widget", WIDGETS)
def test_no_name_is_declared_twice_in_a_widget(widget: str) -> None:
    """Joined modules have one scope: names are those of all but the other widgets."""
    others = {f"{name}.js" for name in WIDGETS} - {f"{widget}.js"}
    parts = [path for path in SCRIPTS if path.name not in others]
    declared = [name for path in parts for name in names(path.read_text("utf-8"))]

    assert "render" in declared
    assert "find" in declared
    assert [name for name in declared if declared.count(name) > 1] == []


def test_what_is_imported_stands_before_its_use_and_once() -> None:
    """A form's module has what it imports by two ways: view.js."""
    joined = script("request_form.js")

    assert joined.count("const PATIENCE_MS") == 1
    order = ["const PATIENCE_MS", "const PRIVATE", "function problemOfJson"]
    places = [joined.index(text) for text in [*order, "class Fields", "class RequestF"]]
    assert places == sorted(places)


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.name)
def test_a_script_has_only_the_forms_that_are_joined(path: Path) -> None:
    """Names in braces from a file beside it, nothing renamed; tools check its types."""
    text = path.read_text("utf-8")
    imports = re.findall(r"^import\b[^;]*;", text, re.M)
    known = r'import \{[\w\s,]+\} from "\./\w+\.js";'

    assert text.startswith("// @ts-check\n")
    assert [
        one for one in imports if not re.fullmatch(known, one) or " as " in one
    ] == []
    exports = re.findall(r"^export (\w+)", text, re.M)
    assert set(exports) <= {"const", "function", "class", "default"}
    assert not re.search(r"\bimport\(['\"]", text.replace('{import("./', ""))
    assert text.count("export default") <= 1


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.name)
def test_only_markup_has_lines_in_a_text(path: Path) -> None:
    """There alone indentation, and a line that looks like a comment, may go."""
    code = re.sub(r"^ *(//|/\*\*|\*).*\n", "", path.read_text("utf-8"), flags=re.M)
    texts = code.split("`")[1::2]

    assert [
        text for text in texts if "\n" in text and not re.match(r"\n *<", text)
    ] == []
    assert [text for text in texts if re.search(r"^ *(//|/\*|<pre)", text, re.M)] == []


def test_a_status_line_has_the_sign_and_the_colour_of_its_outcome() -> None:
    """Those that cards and tables have, too: display.outcomes."""
    joined = style("view.css")

    for outcome in OUTCOMES:
        sign = SIGNS[outcome]
        shown = sign if sign.isascii() else f"\\{ord(sign):x}"
        state = f'.paynet-view .status[data-state="{outcome}"]::before'
        rule = rf"{re.escape(state)} {{\ncolor: var\(--{outcome}\);\ncontent: \"(.+)\";"
        assert re.findall(rule, joined) == [shown]
        assert f"--{outcome}: {COLOURS[outcome]};" in joined


def test_a_style_is_shortened_and_keeps_its_order() -> None:
    """Comments and indentation go; what stands later wins."""
    joined = style("view.css", "form.css")

    assert "/*" not in joined
    assert "\n " not in joined
    assert joined.index(".paynet-view {") < joined.index(".paynet-form {")
