"""What axe finds on a screen, but for what is Streamlit's own."""

from __future__ import annotations

from typing import Literal

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")

# What Streamlit's own elements lack: the first cell of a table's header is empty, small charts in figures have no text
# of their own, a list that offers its options has no name, and the place for a file has two roles. It writes the chosen
# one of several options, and the ends of a slider, in the colour of the main button, which carries white: on a dark
# page no colour does both.
STREAMLITS_OWN = {"empty-table-header", "svg-img-alt", "aria-dialog-name", "presentation-role-conflict"}
IN_THE_MAIN_COLOUR = ('button[data-selected="true"]', "stSliderThumbValue")


def violations(page: Page) -> dict[str, list[str]]:
    """The rules that the screen breaks as it is now, each with the first elements that do."""
    found = {}
    for violation in Axe().run(page).response["violations"]:
        nodes = [
            node["html"][:200]
            for node in violation["nodes"]
            if not any(own in str(node["target"]) for own in IN_THE_MAIN_COLOUR)
        ]
        if nodes and violation["id"] not in STREAMLITS_OWN:
            found[violation["id"]] = nodes[:3]
    return found


def violations_light_and_dark(page: Page) -> dict[str, list[str]]:
    """The rules that the screen breaks in either scheme; it is light before and after."""
    found = {}
    for scheme in SCHEMES:
        show_in(page, scheme)
        found |= {f"{rule}, {scheme}": nodes for rule, nodes in violations(page).items()}
    show_in(page, SCHEMES[0])
    return found


def show_in(page: Page, scheme: Literal["light", "dark"]) -> None:
    """Let the person's system be light or dark, until the application is."""
    page.emulate_media(color_scheme=scheme)
    expect(page.get_by_test_id("stApp")).to_have_css("color-scheme", scheme, timeout=60_000)
