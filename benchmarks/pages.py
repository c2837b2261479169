"""Pages: what the server takes beyond its queries, what a person in a browser waits, what fifty people wait."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit
from uuid import UUID

import psutil
import psycopg
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright
from sqlalchemy.orm import Session

from aurum_data.security.sessions import SESSION_COOKIE
from aurum_data.settings import PROJECT_ROOT
from benchmarks.ground import Ground
from benchmarks.result import Result, percentile
from benchmarks.visitors import PAGES, Visitor, token_of
from benchmarks.workbench import BUSIEST, FULLEST
from pages.shell.screens import SCREENS
from tests.browser.served import start_application, stop_application

TITLES = {screen.path: screen.title for screen in SCREENS}
PEOPLE = 50
CLICK_EVERY_S = 10
CLICKS = 5
RENEW_EVERY_S = 20  # as the worker does while leads come in
# Four sets of rights; each may open the first four pages. Every fourth person looks at other days than the rest.
USERNAMES = ("ada", "maya", "olga", "ana")
QUERIES = ("", "", "", "period=Last+7+days")


def measure(ground: Ground) -> Iterator[Result]:
    """Everything that needs the running application."""
    log = ground.pair.state / "bench-server.log"
    url, process = start_application(ground.urls, log)
    try:
        token = token_of(ground.urls, "ada")
        yield from _server_time(ground, url, token, [(page, page, "") for page in PAGES])
        busiest, fullest = _with_most(ground)
        own = [("my-work of the person with most leads", "my-work", ""), ("one lead", "leads", f"lead={fullest}")]
        yield from _server_time(ground, url, token_of(ground.urls, busiest), own)
        yield from _in_a_browser(url, token)
        yield from _fifty_people(ground, url, process.pid)
    finally:
        stop_application(process)


def _with_most(ground: Ground) -> tuple[str, UUID]:
    """The user name of the person with most leads, and the lead with most to tell."""
    with Session(ground.database.primary) as session:
        return session.execute(BUSIEST).one().username, session.scalars(FULLEST).one()


def _server_time(ground: Ground, url: str, token: str, pages: list[tuple[str, str, str]]) -> Iterator[Result]:
    """Each page (name, path, query), its caches stale; the floor is what both servers say its statements took."""
    with Visitor(url, token) as visitor:
        for name, page, query in pages:
            visitor.open(page, query)
            values, floors = [], []
            for _ in range(5):
                _renew(ground)
                time.sleep(0.3)  # until the replica has it
                with _statement_time(ground) as floor:
                    values.append(visitor.open(page, query))
                floors.append(floor[0])
            value, floor_ms = statistics.median(values), statistics.median(floors)
            yield Result(f"server time: {name}", value, 1.5 * floor_ms + 200, "ms", floor=floor_ms)


def _renew(ground: Ground) -> None:
    """A new 'as of' makes everything stale that is kept of rollups."""
    with psycopg.connect(ground.urls.owner.replace("+psycopg", "")) as connection:
        connection.execute("UPDATE rollup_stamps SET as_of = clock_timestamp()")


@contextmanager
def _statement_time(ground: Ground) -> Iterator[list[float]]:
    """Milliseconds of execution that pg_stat_statements books on both servers meanwhile."""
    primary, replica = urlsplit(ground.urls.primary).port, urlsplit(ground.urls.replica).port
    admins = [
        ground.urls.admin.replace("+psycopg", "").replace(f":{primary}/", f":{port}/") for port in (primary, replica)
    ]
    for admin in admins:
        with psycopg.connect(admin) as connection:
            connection.execute("SELECT pg_stat_statements_reset()")
    total = [0.0]
    yield total
    for admin in admins:
        with psycopg.connect(admin) as connection:
            row = connection.execute(
                "SELECT coalesce(sum(total_exec_time), 0) FROM pg_stat_statements s JOIN pg_roles r ON r.oid = s.userid"
                " WHERE r.rolname IN ('aurum_app', 'aurum_reader')"
            ).fetchone()
        assert row is not None
        total[0] += float(str(row[0]))


def _in_a_browser(url: str, token: str) -> Iterator[Result]:
    found = subprocess.run(
        [sys.executable, str(PROJECT_ROOT / "scripts" / "browser.py")], capture_output=True, text=True, check=True
    )
    arguments = ["--disable-gpu", "--disable-background-networking"] + ["--no-sandbox"] * (os.geteuid() == 0)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found.stdout.strip(), args=arguments)
        yield from _first_visit(browser, url, token)
        context = _signed_in(browser, url, token)
        page = context.new_page()
        page.goto(url)
        _complete(page)
        switches = [_switch(page, name) for _ in range(3) for name in PAGES]
        yield Result("browser: switched to, median", statistics.median(switches), 1.0, "s")
        yield Result("browser: switched to, p95", percentile(switches, 0.95), 2.0, "s")
        reloads = [_timed(page, lambda name=name: page.goto(f"{url}/{name}")) for name in PAGES]  # type: ignore[misc]
        yield Result("browser: hard reload, median", statistics.median(reloads), 2.0, "s")
        browser.close()


def _first_visit(browser: Browser, url: str, token: str) -> Iterator[Result]:
    form, first_page = [], []
    for _ in range(3):
        stranger = browser.new_context()
        page = stranger.new_page()
        started = time.perf_counter()
        page.goto(url)
        page.get_by_label("User name").wait_for()
        form.append(time.perf_counter() - started)
        stranger.close()
        known = _signed_in(browser, url, token)
        page = known.new_page()
        first_page.append(_timed(page, lambda page=page: page.goto(url)))  # type: ignore[misc]
        known.close()
    yield Result("browser: first visit, form", statistics.median(form), 4.0, "s")
    yield Result("browser: first visit, page", statistics.median(first_page), 5.0, "s")


def _signed_in(browser: Browser, url: str, token: str) -> BrowserContext:
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    context.add_cookies([{"name": SESSION_COOKIE, "value": token, "url": url, "httpOnly": True, "sameSite": "Strict"}])
    return context


def _switch(page: Page, name: str) -> float:
    link = page.get_by_test_id("stSidebarNavLink").filter(has_text=TITLES[name])
    return _timed(page, lambda: (link.click(), page.get_by_role("heading", name=TITLES[name]).first.wait_for()))


def _timed(page: Page, act: object) -> float:
    started = time.perf_counter()
    act()  # type: ignore[operator]
    _complete(page)
    return time.perf_counter() - started


def _complete(page: Page) -> None:
    """The script has ended, nothing is stale, and every chart is drawn."""
    page.wait_for_function(
        """() => {
            const app = document.querySelector('[data-testid="stApp"]');
            const charts = [...document.querySelectorAll('[data-testid="stPlotlyChart"]')];
            return app && app.dataset.testScriptState === 'notRunning'
                && document.querySelectorAll('h1').length > 0
                && !document.querySelector('[data-testid="stSkeleton"], [data-stale="true"]')
                && charts.every(chart => chart.querySelector('.main-svg, canvas'));
        }""",
        timeout=60_000,
    )


def _fifty_people(ground: Ground, url: str, pid: int) -> Iterator[Result]:
    """A burst of first visits, then one click each ten seconds, while the rollups are renewed now and then."""
    server = psutil.Process(pid)
    tokens = {name: token_of(ground.urls, name) for name in USERNAMES}
    waits: list[float] = []
    firsts: list[float] = []
    failures: list[BaseException] = []
    together = threading.Barrier(PEOPLE)
    gone = threading.Event()

    def person(number: int) -> None:
        try:
            with Visitor(url, tokens[USERNAMES[number % 4]]) as visitor:
                together.wait()
                firsts.append(visitor.open(PAGES[0]))
                time.sleep(CLICK_EVERY_S * (1 + number / PEOPLE))
                for click in range(CLICKS):
                    wait = visitor.open(PAGES[(number + click) % 4], QUERIES[number // 4 % 4])
                    waits.append(wait)
                    time.sleep(max(0.0, CLICK_EVERY_S - wait / 1000))
        except BaseException as error:  # noqa: BLE001 - counted, and shown at the end
            failures.append(error)

    def worker() -> None:
        while not gone.wait(RENEW_EVERY_S):
            _renew(ground)

    threads = [threading.Thread(target=person, args=(number,)) for number in range(PEOPLE)]
    renewing = threading.Thread(target=worker)
    for thread in (*threads, renewing):
        thread.start()
    time.sleep(CLICK_EVERY_S * 2.5)
    early, spent, clicked = server.memory_info().rss, _cpu_s(server), len(waits)
    for thread in threads:
        thread.join()
    gone.set()
    renewing.join()
    grown = (server.memory_info().rss - early) / 2**20
    cost = 1000 * (_cpu_s(server) - spent) / max(1, len(waits) - clicked)
    yield Result("50 people: burst of first visits, the last one", max(firsts, default=0) / 1000, 15, "s")
    clicks_p95 = percentile(waits or [0], 0.95) / 1000
    yield Result("50 people: one click each 10 s, p95", clicks_p95, 3, "s", note=f"{cost:.0f} ms of CPU a page")
    note = repr(failures[0])[:80] if failures else ""
    yield Result("50 people: errors", len(failures), 0, "", note=note)
    yield Result("50 people: memory grown while clicking", grown, 100, "MiB")


def _cpu_s(process: psutil.Process) -> float:
    times = process.cpu_times()
    return float(times.user + times.system)
