"""The small print under figures."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest


def stamped(minutes: int | None) -> None:
    from datetime import timedelta

    from aurum_data.clock import now
    from pages.parts.figures import as_of

    as_of(None if minutes is None else now() - timedelta(minutes=minutes), "of the ledger")


@pytest.mark.parametrize(("minutes", "said"), [(None, "Not counted yet · of the ledger"), (1, "As of"), (20, "As of")])
def test_figures_say_when_they_were_counted(minutes: int | None, said: str) -> None:
    app = AppTest.from_function(stamped, args=(minutes,)).run()
    assert app.caption[0].value.startswith(said)


def test_figures_that_are_no_longer_renewed_look_different() -> None:
    fresh = AppTest.from_function(stamped, args=(1,)).run()
    old = AppTest.from_function(stamped, args=(20,)).run()
    assert not fresh.markdown
    assert ":material/history: 20 min old" in old.markdown[0].value
