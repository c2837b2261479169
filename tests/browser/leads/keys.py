"""Going through a screen by keyboard, and seeing where the keyboard is."""

from __future__ import annotations

from playwright.sync_api import Page

MOST_STOPS = 60
CONTROLS = "a, button, input, textarea, [role=tab], [role=slider]"
FOCUSED = "document.activeElement && document.activeElement !== document.body"
# How the element and the boxes around it are drawn, once they are.
LOOK = """async at => {
    const around = [at];
    for (let box = at.parentElement; box && around.length < 4; box = box.parentElement) around.push(box);
    await new Promise(done => setTimeout(done, 60));
    return around.map(box => { const s = getComputedStyle(box);
        const line = s.outlineStyle === 'none' ? '' : s.outline;
        return [line, s.boxShadow, s.borderColor, s.backgroundColor, s.color].join() }).join(';');
}"""
# A box for several values shows where the keyboard is for all that lies in it.
SAME_BOX = "at => !!at.closest('[data-testid=stMultiSelect]')?.contains(document.activeElement)"
LOOKS = 10  # before a control is said to look the same: the page may still be at work
STREAMLITS_OWN = "[aria-label='Add files']"  # shows nothing when the keyboard is on it


def tab_to(page: Page, selector: str) -> list[str]:
    """Press Tab until the selector has the focus; the controls on the way that look the same with and without it."""
    unseen, left, focused = [], None, ""
    page.add_style_tag(content="* { transition: none !important }")
    for _ in range(MOST_STOPS):
        page.keyboard.press("Tab")
        assert page.evaluate(FOCUSED), "the focus is lost"
        if (
            left is not None
            and not left.evaluate(SAME_BOX)
            and all(left.evaluate(LOOK) == focused for _ in range(LOOKS))
        ):
            unseen.append(left.evaluate("at => at.outerHTML.slice(0, 160)"))
        if page.locator(f"{selector}:focus").count():
            return unseen
        is_control = page.locator(f":is({CONTROLS}):not({STREAMLITS_OWN}):focus").count() > 0
        left = page.evaluate_handle("document.activeElement") if is_control else None
        focused = left.evaluate(LOOK) if left is not None else ""
    raise AssertionError(f"{selector} is not reached by Tab")
