"""Every way into a screen begins with its guard: page functions, fragments, dialogs and callbacks.

Streamlit runs fragments, dialogs and callbacks without the page's first line, so each has to ask again who is there.
Read from the source, so that what no test clicks is covered too.
"""

from __future__ import annotations

import ast
import inspect
import textwrap
from collections.abc import Callable, Iterator

import pytest
import streamlit as st

from aurum_data.settings import PROJECT_ROOT
from pages import account
from pages.shell.screens import SCREENS

GUARDS = {"guard", "guard_person"}
# What a browser without a session may run: the wall, and where a one-time link leads.
OPEN_TO_ALL = {"sign_in_page", "welcome_page"}
# The arguments by which Streamlit, and our own parts, are given callbacks.
CALLBACKS = {"on_pick"} | {
    name
    for element in vars(st).values()
    if callable(element) and not inspect.isclass(element)
    for name in inspect.signature(element).parameters
    if name.startswith("on_")
}
Function = ast.FunctionDef | ast.AsyncFunctionDef


class Module:
    """The source of a module, and what can be said of its functions."""

    def __init__(self, source: str, name: str = "tested") -> None:
        self.name, self.tree = name, ast.parse(source)
        self.functions = {node.name: node for node in ast.walk(self.tree) if isinstance(node, Function)}

    def unguarded(self) -> list[str]:
        """Fragments, dialogs and callbacks that do not begin with a guard."""
        found = [f"{self.name}: {f.name}" for f in self.functions.values() if _is_entry(f) and not begins_guarded(f)]
        keywords = [k for node in ast.walk(self.tree) if isinstance(node, ast.Call) for k in node.keywords]
        handed = [k for k in keywords if k.arg in CALLBACKS and not self._is_guarded_callback(k.value)]
        return found + [f"{self.name}:{k.value.lineno}: {k.arg}={ast.unparse(k.value)}" for k in handed]

    def timers_that_keep_alive(self) -> list[str]:
        """Fragments that rerun by themselves and count as use of the session."""
        return [f.name for f in self.functions.values() if _reruns_by_itself(f) and "timer=True" not in _first(f)]

    def _is_guarded_callback(self, value: ast.expr) -> bool:
        if isinstance(value, ast.Constant):
            return True  # "rerun" and "ignore": no code of ours
        if isinstance(value, ast.Lambda):
            return isinstance(value.body, ast.Call) and self._is_guarded_callback(value.body.func)
        if not isinstance(value, ast.Name):
            return False
        if value.id in self.functions:
            return begins_guarded(self.functions[value.id])
        # Handed on by a part: its callers name it with an argument of such a name too, and are looked at there.
        return value.id.startswith("on_") or self._is_guarded_import(value.id)

    def _is_guarded_import(self, name: str) -> bool:
        for node in (n for n in ast.walk(self.tree) if isinstance(n, ast.ImportFrom)):
            for alias in node.names:
                path = PROJECT_ROOT / f"{(node.module or '').replace('.', '/')}.py"
                if (alias.asname or alias.name) == name and path.exists():
                    function = Module(path.read_text()).functions.get(alias.name)
                    return function is not None and begins_guarded(function)
        return False


def _decorators(function: Function) -> Iterator[tuple[str, ast.expr]]:
    for decorator in function.decorator_list:
        called = decorator.func if isinstance(decorator, ast.Call) else decorator
        yield ast.unparse(called).removeprefix("st."), decorator


def _is_entry(function: Function) -> bool:
    return any(name in {"fragment", "dialog"} for name, _ in _decorators(function))


def _reruns_by_itself(function: Function) -> bool:
    return any(name == "fragment" and "run_every" in ast.unparse(node) for name, node in _decorators(function))


def _first(function: Function) -> str:
    body = function.body[ast.get_docstring(function) is not None :]
    return ast.unparse(body[0]) if body else ""


def begins_guarded(function: Function) -> bool:
    """Whether the first statement asks who is there."""
    statement = ast.parse(_first(function)).body
    value = statement[0].value if statement and isinstance(statement[0], ast.Expr | ast.Assign) else None
    return isinstance(value, ast.Call) and isinstance(value.func, ast.Name) and value.func.id in GUARDS


def modules() -> list[Module]:
    return [
        Module(path.read_text(), str(path.relative_to(PROJECT_ROOT)))
        for path in sorted((PROJECT_ROOT / "pages").rglob("*.py"))
    ]


def source_of(function: Callable[..., object]) -> Function:
    node = ast.parse(textwrap.dedent(inspect.getsource(function))).body[0]
    assert isinstance(node, Function)
    return node


@pytest.mark.parametrize("page", [*(screen.page for screen in SCREENS), account.page], ids=lambda p: p.__module__)
def test_a_screen_begins_with_its_guard(page: Callable[[], None]):
    assert begins_guarded(source_of(page))


def test_nothing_else_is_a_page_but_the_wall_and_the_way_to_it():
    """`st.Page` is called by the frame alone, with guarded screens, the wall or a function of the frame itself."""
    calls = {
        module.name: [ast.unparse(c.args[0]) for c in ast.walk(module.tree)
                      if isinstance(c, ast.Call) and ast.unparse(c.func) == "st.Page"]
        for module in modules()
    }  # fmt: skip
    used = {name: pages for name, pages in calls.items() if pages}
    assert list(used) == ["pages/shell/main.py"]
    assert set(used["pages/shell/main.py"]) <= {
        "screen.page",
        "account.page",
        "page",
        "lambda: _start(first)",
        *OPEN_TO_ALL,
    }


def test_the_arguments_for_callbacks_are_known():
    assert {"on_change", "on_click", "on_dismiss", "on_select"} <= CALLBACKS


def test_every_fragment_dialog_and_callback_begins_with_its_guard():
    assert [line for module in modules() for line in module.unguarded()] == []


def test_no_timer_keeps_a_session_alive():
    assert [name for module in modules() for name in module.timers_that_keep_alive()] == []


UNGUARDED = {
    "a fragment": "@st.fragment\ndef f():\n    st.write(1)",
    "a fragment with options": "@st.fragment(run_every=5)\ndef f():\n    st.write(1)\n    guard(P)",
    "a dialog": '@st.dialog("Title")\ndef f():\n    """Doc."""\n    st.write(1)',
    "a callback": "def f():\n    pass\nst.button('x', on_click=f)",
    "a callback behind a lambda": "def f():\n    pass\nst.selectbox('x', on_change=lambda: f(1))",
    "a callback that does its work itself": "st.button('x', on_click=lambda: st.session_state.clear())",
    "a method": "st.button('x', on_click=thing.do)",
    "a name from nowhere": "st.button('x', on_click=unknown)",
}
GUARDED = {
    "a fragment": "@st.fragment\ndef f():\n    actor = guard(P)\n    st.write(1)",
    "a dialog": '@st.dialog("Title")\ndef f():\n    """Doc."""\n    guard_person()\n    st.write(1)',
    "a callback behind a lambda": "def f(x):\n    guard(P)\nst.selectbox('x', on_change=lambda: f(1))",
    "a rerun": "st.dataframe(x, on_select='rerun')",
    "one that was handed on": "def part(on_pick):\n    st.plotly_chart(x, on_select=on_pick)",
    "an imported one": "from pages.parts.lead_list import close_lead\nst.button('x', on_click=close_lead)",
}


@pytest.mark.parametrize("source", UNGUARDED.values(), ids=UNGUARDED)
def test_the_reading_finds(source: str):
    assert len(Module(source).unguarded()) == 1


@pytest.mark.parametrize("source", GUARDED.values(), ids=GUARDED)
def test_the_reading_is_content_with(source: str):
    assert Module(source).unguarded() == []


def test_the_reading_finds_a_timer_that_keeps_alive():
    kept = "@st.fragment(run_every=5)\ndef f():\n    guard(P)"
    assert Module(kept).timers_that_keep_alive() == ["f"]
    assert Module(kept.replace("guard(P)", "guard(P, timer=True)")).timers_that_keep_alive() == []
