"""The lessons in a browser, taken as learners take them.

`python -m tests.browser.lessons` takes each one in all ways, prints what it saw, and
keeps pictures in `build/lessons`, for eyes. The tests take some of these ways.
"""

from __future__ import annotations

import re
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

import nbformat
from playwright.sync_api import ConsoleMessage, Locator, Page, ViewportSize, expect

from paynet_nb.course import EXERCISES
from tests.browser.lab import Lab, serving
from tests.browser.notebook import Notebook, clear
from tests.browser.visits import chromium, visiting
from tests.house.repo import ROOT, notebooks

LAPTOP: ViewportSize = {"width": 1366, "height": 768}
HIGHEST = 320  # CSS pixels, half of what a notebook has of such a screen
_LINE = 24  # CSS pixels that one line of text needs
_PADDING = 8  # above an output's first line
MISTAKE = 'with box.scenario("api-slwo"):\n    pass'
_PICTURES = ROOT / "build" / "lessons"
_VERDICT = re.compile("right|not tried|not yet")
_CHECK = re.compile(r'check\("(\d\d\.\d)".*?\)')
# Waits until the cell has run, its widgets are there, and what it shows stands still;
# not for ever, for what never comes is seen in the figures.
_SHOWN = """
async cell => {
  const end = Date.now() + 60_000;
  const soon = () => new Promise(done => setTimeout(done, 40));
  const all = words => [...cell.querySelectorAll(words)];
  const waiting = () =>
    !/\\d/.test(cell.querySelector(".jp-InputPrompt").textContent)
    || all(".paynet-still").length > all(".paynet-live").length;
  while (waiting() && Date.now() < end) await soon();
  await Promise.all(all("img").map(image => image.decode()));
  const nodes = [
    cell.querySelector(".jp-Cell-outputWrapper"),
    cell.nextElementSibling,
    cell.closest(".jp-WindowedPanel-outer"),
  ];
  const measure = () => {
    const [output, next, room] = nodes.map(node => node?.getBoundingClientRect());
    const above = output.top - room.top;
    return [output.height, next?.height ?? 0, room.height, above];
  };
  let now = [];
  for (let same = 0; same < 3;) {
    await soon();
    const before = now;
    now = measure();
    same = `${now}` === `${before}` ? same + 1 : 0;
  }
  const errors = all("[data-mime-type$='stderr'], .jp-RenderedError");
  return [...now, waiting(), errors.map(error => error.textContent).join()];
}
"""


class Shown(NamedTuple):
    """What stands below a cell, in CSS pixels.

    Attributes:
        cell: Its first line.
        height: How high it is.
        next: How high the next cell is.
        room: How high the notebook's window is.
        above: From the window's top edge to its own.
        waiting: Whether something has not come.
        error: The traceback or warning that is shown.
    """

    cell: str
    height: float
    next: float
    room: float
    above: float
    waiting: bool
    error: str

    @property
    def fits(self) -> bool:
        """Whether its first line is in the window, now and with a quicker kernel.

        JupyterLab puts the next cell into the middle of the window where it was not
        seen, and goes on with that while outputs come in above it.
        """
        at_once = (self.room - self.next) / 2 - self.height
        top = min(self.above, at_once)
        lowest = self.room - min(self.height, _LINE)
        return self.height <= HIGHEST and top >= -_PADDING and self.above <= lowest


def write(
    lab: Lab, path: Path, *, solved: bool = False, mistaken: bool = False
) -> list[Any]:
    """Write a lesson to where JupyterLab finds it; give its cells.

    Args:
        lab: The JupyterLab.
        path: The lesson.
        solved: Put the solution in the place of each check.
        mistaken: End with a mistake.
    """
    lesson = nbformat.read(path, as_version=4)
    if mistaken:
        lesson.cells.append(nbformat.v4.new_code_cell(MISTAKE))
    for cell in lesson.cells:
        if solved and cell.cell_type == "code":
            cell.source = _CHECK.sub(
                lambda found: EXERCISES[found[1]].solution, cell.source
            )
    nbformat.write(lesson, lab.folder / "notebooks" / path.name)
    return list(lesson.cells)


def walk(page: Page, cells: list[Any]) -> Iterator[Shown]:
    """Press Shift+Enter in each cell of the open notebook, from the first."""
    page.locator(".jp-Notebook .jp-Cell").first.click()
    page.keyboard.press("Escape")
    for cell in cells:
        active = page.locator(".jp-Notebook .jp-Cell.jp-mod-active").element_handle()
        page.keyboard.press("Shift+Enter")
        if cell.cell_type == "code":
            yield Shown(cell.source.partition("\n")[0], *active.evaluate(_SHOWN))


def run_all(page: Page) -> Locator:
    """Choose Run All in the menu, and wait; give the last cell."""
    page.get_by_role("menuitem", name="Run", exact=True).click()
    page.locator(".lm-Menu [data-command='runmenu:run-all']").click()
    last = page.locator(".jp-Notebook .jp-CodeCell").last
    expect(last.locator(".jp-InputPrompt")).to_have_text(re.compile(r"\d"))
    return last


def of_widgets(told: list[str]) -> list[str]:
    """Leave out what JupyterLab says of itself, such as a request that it gave up."""
    return [text for text in told if re.search("blob:|anywidget", text)]


@contextmanager
def complaints(page: Page) -> Iterator[list[str]]:
    """Collect what the page writes to the console as errors, for a `with` block."""
    told: list[str] = []

    def on_console(message: ConsoleMessage) -> None:
        if message.type == "error":
            told.append(f"{message.text} {message.location['url']}")

    def on_error(error: Exception) -> None:
        told.append(f"{error} {getattr(error, 'stack', '')}")

    page.on("console", on_console)
    page.on("pageerror", on_error)
    yield told
    page.remove_listener("console", on_console)
    page.remove_listener("pageerror", on_error)


def _take(page: Page, lab: Lab, path: Path, name: str, **way: Any) -> None:
    """Run a lesson, save it, and open it again without its kernel; tell what is seen.

    Args:
        page: The page.
        lab: The JupyterLab.
        path: The lesson.
        name: Of this way, for the pictures.
        way: As for `write`; and `front`, the path of a front end.
    """
    front = way.pop("front", "lab/tree")
    write(lab, path, **way)
    with complaints(page) as told:
        notebook = Notebook(page, lab, path.name, front)
        run_all(page)
        shown = page.locator(".jp-OutputArea-output").all_inner_texts()
        _picture(page, f"{path.stem}-{name}")
        notebook.save()
        lab.shut_down(notebook.kernel)
        lab.forget_widgets(path.name)
        clear(page)
        Notebook(page, lab, path.name, front)
        _picture(page, f"{path.stem}-{name}-again")
        stills = page.locator(".paynet-still")
        seen = f"{stills.filter(visible=True).count()} of {stills.count()}"
        clear(page)
    verdicts = Counter(_VERDICT.findall("\n".join(shown)))
    errors = [text.count("\n") + 1 for text in shown if "%tb" in text]
    sys.stdout.write(
        f"{path.stem} {name}: {dict(verdicts)}, lines of errors {errors}, still "
        f"pictures seen again {seen}, console errors {told}\n"
    )


def _picture(page: Page, name: str) -> None:
    """Keep a picture of the whole notebook."""
    page.set_viewport_size({**LAPTOP, "height": 6000})
    page.screenshot(path=_PICTURES / f"{name}.png", animations="disabled")
    page.set_viewport_size(LAPTOP)


def main() -> None:
    """Take each lesson untouched and solved, one in Notebook 7, too."""
    _PICTURES.mkdir(parents=True, exist_ok=True)
    with (
        TemporaryDirectory() as scratch,
        serving(Path(scratch)) as lab,
        chromium() as browser,
        visiting(browser) as page,
    ):
        page.set_viewport_size(LAPTOP)
        for path in notebooks():
            _take(page, lab, path, "untouched")
            _take(page, lab, path, "solved", solved=True, mistaken=True)
            lab.end_sessions()
        _take(page, lab, notebooks()[2], "notebook-7", solved=True, front="notebooks")


if __name__ == "__main__":
    main()
