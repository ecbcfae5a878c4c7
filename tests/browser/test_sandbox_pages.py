"""The sandbox's own pages in a real browser: the trainer's."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from paynet_nb.sandbox import Classroom


def test_a_trainer_signs_in_and_sets_a_scenario(page: Page) -> None:
    """The forms of these pages say where they come from, and are taken."""
    with Classroom(1) as room:
        page.goto(f"{room.url}/trainer")
        page.get_by_label("Trainer's key").fill(room.trainer_key.reveal())
        page.keyboard.press("Enter")
        page.get_by_role("link", name="learner 1").click()
        page.get_by_label("Scenario").select_option("api-503")
        page.get_by_role("button", name="Set").click()
        expect(page.get_by_label("Scenario")).to_have_value("api-503")
        expect(page.get_by_role("heading", name="Learner 1")).to_be_visible()

        assert room.learners[0].scenario == "api-503"
