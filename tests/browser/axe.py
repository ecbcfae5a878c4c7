"""Whether a person with a screen reader, or with weak eyes, can use what is shown."""

from __future__ import annotations

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Locator

# Contrast that axe cannot work out counts as well: nobody would look at it otherwise.
_RUN = """
async element => {
  const found = await axe.run(element, { resultTypes: ["violations", "incomplete"] });
  const grave = found.violations.filter(
    ({ impact }) => impact === "serious" || impact === "critical");
  const unclear = found.incomplete.filter(({ id }) => id === "color-contrast");
  return [...grave, ...unclear].flatMap(({ id, nodes }) =>
    nodes.map(node => `${id}: ${node.html} ${node.failureSummary ?? ""}`));
}
"""


def findings(element: Locator) -> list[str]:
    """List what axe-core finds serious or critical in *element*, as it looks now."""
    if not element.page.evaluate("'axe' in window"):
        element.page.evaluate(AXE_SCRIPT)
    found: list[str] = element.evaluate(_RUN)
    return found
