"""Scripts and styles that a widget is made of, as the one text that a browser gets.

In `static` they are modules that import each other, as editors and linters follow them.
A front end gets one module, for it has no folder to import from; and the text without
comments and indentation, which stays in notebooks' outputs once for each widget.
"""

from __future__ import annotations

import re
from pathlib import Path

from paynet_nb.display import COLOURS

_FOLDER = Path(__file__).with_name("static")
# The only forms there are, and in no text but markup a line begins with spaces:
# tests/widgets/test_scripts.py.
_IMPORT = re.compile(r'^import \{[^}]*\} from "\./(\w+\.js)";\n', re.M)
_EXPORT = re.compile(r"^export (?!default )", re.M)
_COMMENT = re.compile(r"^ *(?://.*|/\*[^*]*(?:\*(?!/)[^*]*)*\*/)\n", re.M)
_INDENT = re.compile(r"^\s+", re.M)


def script(name: str) -> str:
    """Join a module and all that it imports, each once and before its first use.

    All names get into one scope, so no two modules of a widget may declare the same.
    """
    return "".join(
        _EXPORT.sub("", _IMPORT.sub("", _shortened(file)))
        for file in dict.fromkeys(_in_order(name))
    )


def style(*names: str) -> str:
    """Join styles, below the colours of outcomes; a later one adds to what is above."""
    colours = "".join(f"--{name}: {value};\n" for name, value in COLOURS.items())
    return f".paynet-view {{\n{colours}}}\n" + "".join(map(_shortened, names))


def _in_order(name: str) -> list[str]:
    """List a module after those that it imports, some of them more than once."""
    imported = _IMPORT.findall(_read(name))
    return [*(file for each in imported for file in _in_order(each)), name]


def _shortened(name: str) -> str:
    return _INDENT.sub("", _COMMENT.sub("", _read(name)))


def _read(name: str) -> str:
    return (_FOLDER / name).read_text("utf-8")
