from __future__ import annotations
import os, subprocess, sys, time
import pytest
from playwright.sync_api import expect
from sqlalchemy import create_engine
from sqlalchemy.orm import Session
from aurum_data.settings import PROJECT_ROOT
from aurum_data.actions.rollups import mark_changed
from aurum_data.clock import now, business_day
from datetime import timedelta
from tests.factories import *
def test_shots(browser, server, sign_in):
    e = create_engine(server.urls.primary)
    with Session(e) as s:
        make_zip(s); p = make_platform(s)
        for i in range(300):
            at = now() - timedelta(hours=i)
            make_sale(s, make_lead(s, created_at=at), p, at=at); mark_changed(s, [business_day(at)])
        s.commit()
    env = os.environ | {"AURUM_PRIMARY_URL": server.urls.primary, "AURUM_REPLICA_URL": server.urls.replica, "AURUM_JOBS_URL": server.urls.jobs}
    w = subprocess.Popen([sys.executable, "-c", "from aurum_data.settings import get_settings; from aurum_data.jobs.worker import run_worker; run_worker(get_settings())"], cwd=PROJECT_ROOT, env=env)
    try:
        time.sleep(float(os.environ.get("H6_WAIT", "130")))
        for scheme in ("light", "dark"):
            ctx = browser.new_context(viewport={"width": 1400, "height": 1000}, color_scheme=scheme)
            page = ctx.new_page()
            sign_in(page, "admin")
            for part in ("Health", "Servers", "Statements", "Indexes and tables", "Jobs"):
                t = time.monotonic()
                page.goto(f"{server.url}/system?view={part.replace(' ', '+')}")
                expect(page.get_by_role("heading", name="System", exact=True)).to_be_visible(timeout=20000)
                page.wait_for_timeout(5000)
                h = page.evaluate("() => { const m=document.querySelector('[data-testid=stMain]'); return m ? m.scrollHeight : 1000 }")
                page.set_viewport_size({"width": 1400, "height": min(max(1000, h + 20), 2600)})
                page.wait_for_timeout(4000)
                page.screenshot(path=f"/tmp/aurum/h6/{scheme}_{part.split()[0]}.png")
                page.set_viewport_size({"width": 1400, "height": 1000})
            ctx.close()
    finally:
        w.terminate(); w.wait()
