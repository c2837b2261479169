"""The command that makes the first administrator: a link and nothing else, and only where there is none."""

from __future__ import annotations

import os
import subprocess
import sys

import psycopg
import pytest

from aurum_data.operations.cluster import PairUrls
from aurum_data.settings import PROJECT_ROOT

WHO = ["--username", "dana", "--name", "Dana Reyes", "--email", "dana@example.com"]


def first_admin(urls: PairUrls, *who: str) -> subprocess.CompletedProcess[str]:
    environment = os.environ | {"AURUM_PRIMARY_URL": urls.primary, "AURUM_PUBLIC_URL": "https://ops.example.com"}
    command = [sys.executable, "-m", "aurum_data", "first-admin", *(who or WHO)]
    return subprocess.run(command, cwd=PROJECT_ROOT, env=environment, capture_output=True, text=True, check=False)


@pytest.mark.slow
def test_prints_a_link_to_the_public_address(urls: PairUrls, owner: psycopg.Connection):
    done = first_admin(urls)
    assert (done.returncode, done.stderr) == (0, "")
    link, note = done.stdout.splitlines()
    assert link.startswith("https://ops.example.com/auth/link?token=")
    assert "good once" in note
    row = owner.execute("SELECT username, status, password_hash FROM users").fetchone()
    assert row == ("dana", "invited", None)


@pytest.mark.slow
def test_is_refused_in_one_sentence_where_there_is_an_administrator(urls: PairUrls, owner: psycopg.Connection):
    assert first_admin(urls).returncode == 0
    owner.execute("UPDATE users SET status = 'active'")
    done = first_admin(urls, "--username", "eve", "--name", "Eve", "--email", "eve@example.com")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == "There is an administrator already, who can invite others.\n"


def test_no_account_comes_with_the_schema(owner: psycopg.Connection):
    assert owner.execute("SELECT count(*) FROM users").fetchone() == (0,)
