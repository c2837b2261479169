"""The processes that make the leads: what goes wrong in one is heard by the one that writes."""

from __future__ import annotations

import multiprocessing
import time
from dataclasses import replace
from datetime import UTC, datetime
from threading import Thread

import psycopg
import pytest

from aurum_data.errors import Unavailable
from aurum_data.operations.cluster import LocalPair
from aurum_data.sample.arrivals import end_of_history
from aurum_data.sample.lanes import making, write_leads
from aurum_data.sample.world import Order
from aurum_data.sample.write import Copier
from aurum_data.security.encryption import Keyring
from tests.sample.conftest import UNTIL, plain


@pytest.fixture
def order(pair: LocalPair, prepared: str, keyring: Keyring) -> Order:
    end = end_of_history(UNTIL, datetime(2026, 11, 22, tzinfo=UTC))
    return Order(plain(pair.urls(prepared).owner), 40, 1, UNTIL, end, keyring)


def write(order: Order, url: str) -> None:
    with psycopg.connect(url) as connection, making(order) as lanes:
        write_leads(order, lanes, Copier(connection), lambda _: None)


def test_an_error_in_a_lane_is_raised_with_its_story(order: Order) -> None:
    nowhere = replace(order, url="postgresql://nobody:nothing@127.0.0.1:1/nothing")
    with pytest.raises(psycopg.OperationalError, match="port 1") as caught:
        write(nowhere, order.url)
    assert "in _run" in caught.value.__notes__[0]
    assert multiprocessing.active_children() == []


def test_a_lane_that_is_killed_is_noticed(order: Order) -> None:
    def kill() -> None:
        deadline = time.monotonic() + 30
        while not (lanes := multiprocessing.active_children()) and time.monotonic() < deadline:
            time.sleep(0.01)
        lanes[0].kill()

    killer = Thread(target=kill)
    killer.start()
    with pytest.raises(Unavailable, match="ended before its work was done"):
        write(order, order.url)
    killer.join()
    assert multiprocessing.active_children() == []
