"""A file of leads in the database: what lands, what is linked, refused, resumed, and never taken in twice."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text

from aurum_data.actions.core import SYSTEM, Actor
from aurum_data.errors import Conflict, Invalid, NotAllowed, ReadOnly, Unavailable
from aurum_data.intake import load
from aurum_data.intake.columns import Field, propose_mapping
from aurum_data.intake.files import inspect_file
from aurum_data.intake.load import import_file
from aurum_data.rules.contact import name_similarity
from aurum_data.security.encryption import make_key_file
from aurum_data.security.key_store import new_key, read_file, write_file
from aurum_data.settings import get_settings

FILES = Path(__file__).parent / "files"
HEADER = "Name,Phone,Email,Address,Zip,Created,TrustedForm Cert URL"
CERTIFICATE = "https://cert.trustedform.com/" + "ab" * 20


def csv_file(tmp_path: Path, *rows: str, header: str = HEADER) -> Path:
    path = tmp_path / f"{uuid4().hex}.csv"
    path.write_text("\n".join((header, *rows)) + "\n")
    return path


def many(count: int, start: int = 0) -> list[str]:
    return [
        f"Lena Test{i},646-555-{i:04d},lena{i}@example.com,{i + 1} Test St,11215,2026-11-01 10:00,"
        for i in range(start, start + count)
    ]


@pytest.fixture
def small_chunks(monkeypatch):
    monkeypatch.setattr(load, "CHUNK_ROWS", 10)


@pytest.fixture
def rows(owner):
    def fetch(statement: str, *values):
        return owner.execute(statement, values).fetchall()

    return fetch


class TestLanding:
    def test_a_lead_lands_with_everything_its_row_said(self, db, rows, keyring, tmp_path):
        import_file(db, SYSTEM, FILES / "spreadsheet_semicolon.csv")
        ((lead_id, phone, email, *texts),) = rows(
            """SELECT id, phone_encrypted, email_encrypted, first_name, last_name, phone_masked, email_masked,
                      property_address, house_number, unit, zip_code, borough, monthly_bill_usd, ownership,
                      consent_state, sellable, consent_wording_version, consent_page_url, host(consent_ip),
                      created_at, status
               FROM leads WHERE email_hash IS NOT NULL"""
        )
        assert keyring.open("leads.phone", lead_id, phone) == "+17185550120"
        assert keyring.open("leads.email", lead_id, email) == "helene.dupont@example.com"
        assert texts == [
            "Hélène", "Dupont", "***-***-0120", "h***@example.com", "318 78th St", "318", "GARDEN", "11209",
            "Brooklyn", Decimal("95.50"), "owner", "given", True, "2026-03", "https://solar.example.com/quote",
            "198.51.100.23", datetime(2026, 11, 10, 15, 0, tzinfo=UTC), "new",
        ]  # fmt: skip

    def test_consent_is_kept_with_its_event(self, db, rows):
        import_file(db, SYSTEM, FILES / "salesforce_data_export.csv")
        assert rows("SELECT consent_kind, consent_state, given_at IS NOT NULL FROM lead_consents") == [
            ("tcpa_express_written", "given", True)
        ]
        ((provider, url, recorded_by),) = rows(
            "SELECT certificate_provider, certificate_url, recorded_by FROM lead_consent_events"
        )
        assert (provider, url[:28], recorded_by) == ("trustedform", "https://cert.trustedform.com", "import")

    def test_an_opt_out_is_stored_as_withdrawn_and_not_sellable(self, db, rows):
        report = import_file(db, SYSTEM, FILES / "salesforce_report.csv")
        assert report.not_sellable == report.landed == 2
        assert rows("SELECT consent_state, sellable, do_not_call FROM leads WHERE last_name = 'Núñez'") == [
            ("withdrawn", False, True)
        ]

    def test_without_consent_a_lead_is_stored_but_not_sellable(self, db, rows, tmp_path):
        report = import_file(db, SYSTEM, csv_file(tmp_path, *many(1)))
        assert (report.landed, report.not_sellable) == (1, 1)
        assert rows("SELECT consent_state, sellable FROM leads") == [("unproven", False)]

    def test_sources_and_campaigns_are_found_or_made(self, db, rows):
        import_file(db, SYSTEM, FILES / "facebook_lead_ads.csv")
        import_file(db, SYSTEM, FILES / "hubspot_contacts.csv")
        found = rows(
            """SELECT s.source_name, s.channel, c.campaign_name, count(*) FROM leads l
               JOIN lead_sources s ON s.id = l.source_id LEFT JOIN campaigns c ON c.id = l.campaign_id
               GROUP BY 1, 2, 3 ORDER BY 1"""
        )
        assert found == [
            ("Facebook Lead Ads", "paid_social", "Solar NYC Fall", 2),
            ("Organic Social", "import", None, 1),
            ("Paid Search", "import", None, 1),
        ]

    def test_a_column_of_endless_sources_does_not_fill_the_list_of_sources(self, db, rows, tmp_path):
        lines = [f"Lena Test{i},646-555-{i:04d},11215,Word {i}" for i in range(40)]
        import_file(db, SYSTEM, csv_file(tmp_path, *lines, header="Name,Phone,Zip,Source"))
        assert rows("SELECT count(*) FROM lead_sources") == [(26,)]
        assert rows("SELECT count(*) FROM leads WHERE source_id IS NULL") == [(0,)]

    def test_the_days_of_the_leads_are_marked_for_the_rollups(self, db, rows, tmp_path):
        import_file(db, SYSTEM, csv_file(tmp_path, "Lena Test,646-555-0100,,1 Test St,11215,2026-03-08 23:30,"))
        assert {str(day) for (day,) in rows("SELECT date FROM rollup_changes")} == {"2026-03-08"}

    def test_every_chunk_is_audited_without_contact_data(self, db, rows, tmp_path, small_chunks):
        import_file(db, SYSTEM, csv_file(tmp_path, *many(25)))
        found = rows("SELECT event, details::text FROM audit_log ORDER BY occurred_at, id")
        assert [event for event, _ in found] == [
            "import:batch:start", "import:leads:create", "import:leads:create", "import:leads:create",
            "import:batch:complete",
        ]  # fmt: skip
        assert "555" not in "".join(details for _, details in found)

    def test_an_edited_mapping_is_followed(self, db, rows, tmp_path):
        path = csv_file(tmp_path, "7185550123,Jane Doe,11215", header="Who,What,Where")
        with pytest.raises(Invalid, match="phone number or an email"):
            import_file(db, SYSTEM, path)
        mapping = propose_mapping(inspect_file(path).headers).changed(
            {Field.PHONE: "Who", Field.FULL_NAME: "What", Field.ZIP_CODE: "Where"}
        )
        assert import_file(db, SYSTEM, path, mapping=mapping).landed == 1
        assert rows("SELECT full_name, phone_masked FROM leads") == [("Jane Doe", "***-***-0123")]


class TestDuplicates:
    JANE = f"Jane Dóe,718-555-0101,jane@example.com,12 W 4th St Apt 3B,10012,2026-11-01 10:00,{CERTIFICATE}"
    SAME_PERSON = (
        f"By Phone,+1 (718) 555-0101,else1@example.com,97 Other Ave,11216,2026-11-02 10:00,{CERTIFICATE}",
        f"By Email,718-555-0198,JANE@example.com,98 Other Ave,11216,2026-11-02 10:00,{CERTIFICATE}",
        f"Dóe Jane,718-555-0199,else2@example.com,12 WEST FOURTH STREET apt 3-b,10012,2026-11-02 10:00,{CERTIFICATE}",
    )
    OTHER_PEOPLE = (
        "Maria Lopez,718-555-0102,maria@example.com,12 W 4th St Apt 3B,10012,2026-11-02 10:00,",
        "Jane Dóe,718-555-0103,jane2@example.com,12 W 4th St Apt 3C,10012,2026-11-02 10:00,",
        "Jane Dóe,718-555-0104,jane3@example.com,West Street,10012,2026-11-02 10:00,",
        ",718-555-0105,,12 W 4th St Apt 3B,10012,2026-11-02 10:00,",
    )

    @pytest.mark.parametrize("in_one_file", [True, False], ids=["one file", "two files"])
    def test_the_same_person_is_stored_linked_and_not_sold(self, db, rows, tmp_path, in_one_file):
        if in_one_file:
            report = import_file(db, SYSTEM, csv_file(tmp_path, self.JANE, *self.SAME_PERSON))
        else:
            import_file(db, SYSTEM, csv_file(tmp_path, self.JANE))
            report = import_file(db, SYSTEM, csv_file(tmp_path, *self.SAME_PERSON))
        assert (report.duplicates, report.not_sellable) == (3, 3)
        ((jane,),) = rows("SELECT id FROM leads WHERE duplicate_of IS NULL AND sellable")
        assert rows("SELECT duplicate_of, sellable FROM leads WHERE id <> %s", jane) == [(jane, False)] * 3

    def test_other_people_are_left_alone(self, db, tmp_path):
        import_file(db, SYSTEM, csv_file(tmp_path, self.JANE))
        assert import_file(db, SYSTEM, csv_file(tmp_path, *self.OTHER_PEOPLE)).duplicates == 0

    @pytest.mark.parametrize("deactivated", ["true", "duplicate_of IS NULL"], ids=["the family", "its survivor"])
    def test_who_comes_again_after_a_deactivated_lead_stands_alone(self, db, owner, tmp_path, deactivated):
        again = f"Jane Doe,2125550100,,1 Elm St,11215,,{CERTIFICATE}"
        import_file(db, SYSTEM, csv_file(tmp_path, again, again))
        assert owner.execute("SELECT count(*) FROM leads WHERE duplicate_of IS NOT NULL").fetchone() == (1,)
        owner.execute(f"UPDATE leads SET is_active = false WHERE {deactivated}")
        assert import_file(db, SYSTEM, csv_file(tmp_path, again, again, again)).duplicates == 2

    def test_a_chain_of_duplicates_points_to_its_oldest_lead(self, db, rows, tmp_path, small_chunks):
        chain = [
            "Ann Lee,718-555-0101,ann@example.com,1 Oak St,11215,2026-11-01 10:00,",
            "Bob Ray,718-555-0101,bob@example.com,2 Elm St,11215,2026-11-02 10:00,",
            "Cat Fox,718-555-0102,bob@example.com,3 Fir St,11215,2026-11-03 10:00,",
        ]
        import_file(db, SYSTEM, csv_file(tmp_path, *chain[:2]))
        import_file(db, SYSTEM, csv_file(tmp_path, chain[2]))
        roots = rows("SELECT duplicate_of FROM leads ORDER BY created_at")
        oldest = rows("SELECT id FROM leads ORDER BY created_at LIMIT 1")[0][0]
        assert roots == [(None,), (oldest,), (oldest,)]

    def test_names_are_as_alike_here_as_in_the_database(self, session):
        for one, other in [("Jane Smith", "J Smith"), ("Sean O'Brien", "sean obrien"), ("Ann-Lee Fox", "Ann Fox")]:
            similarity = session.scalar(text("SELECT similarity(:one, :other)"), {"one": one, "other": other})
            assert name_similarity(one, other) == pytest.approx(similarity)


class TestRefusals:
    def test_bad_rows_are_kept_sealed_with_line_reason_and_an_end(self, db, rows, keyring):
        report = import_file(db, SYSTEM, FILES / "hubspot_contacts.csv")
        assert (report.landed, report.rejected) == (2, 1)
        ((key, line, field, reason, sealed, days),) = rows(
            """SELECT id, line_number, field, reason, row_encrypted, delete_after - current_date
               FROM import_rejected_rows"""
        )
        assert (line, field, days) == (4, "row", 30)
        assert reason == "The email address is not a valid one. 11021 is outside New York City."
        opened = keyring.open("import_rejected_rows.row", key, sealed)
        assert opened.startswith("90000000003,Nora,Klein,not-an-email")

    def test_a_suppressed_person_is_never_revived_and_leaves_no_text(self, db, rows, owner, keyring, tmp_path):
        owner.execute(
            """INSERT INTO suppression_list (contact_kind, contact_hash, key_version, reason)
               VALUES ('email', %s, 1, 'erasure'), ('phone', %s, 1, 'do_not_call')""",
            [keyring.digest("email", "lena1@example.com"), keyring.digest("phone", "+16465550002")],
        )
        report = import_file(db, SYSTEM, csv_file(tmp_path, *many(4)))
        assert (report.landed, report.rejected) == (2, 2)
        assert [problem.line_number for problem in report.first_problems] == [3, 4]
        for key, sealed in rows("SELECT id, row_encrypted FROM import_rejected_rows"):
            assert keyring.open("import_rejected_rows.row", key, sealed) == ""

    def test_switching_to_read_only_stops_an_import_between_two_chunks(self, db, rows, owner, tmp_path, small_chunks):
        def switch(_: int) -> None:
            owner.execute("UPDATE app_flags SET is_on = true WHERE flag = 'read_only'")

        owner.execute("INSERT INTO app_flags (flag) VALUES ('read_only') ON CONFLICT DO NOTHING")
        with pytest.raises(ReadOnly):
            import_file(db, SYSTEM, csv_file(tmp_path, *many(55)), progress=switch)
        assert rows("SELECT count(*) FROM leads")[0][0] < 55

    def test_without_the_right_nothing_happens(self, db, rows, tmp_path):
        stranger = Actor(UUID(int=1), "nobody", "Nobody")
        with pytest.raises(NotAllowed):
            import_file(db, stranger, csv_file(tmp_path, *many(3)))
        assert rows("SELECT count(*) FROM leads") == rows("SELECT count(*) FROM import_batches") == [(0,)]


class TestOnce:
    def test_the_same_file_twice_changes_nothing(self, db, rows, tmp_path):
        path = csv_file(tmp_path, *many(30))
        first = import_file(db, SYSTEM, path)
        copy = tmp_path / "renamed.csv"
        shutil.copy(path, copy)
        second = import_file(db, SYSTEM, copy)
        assert (second.batch_id, second.landed, second.already_imported) == (first.batch_id, 0, 30)
        assert rows("SELECT count(*) FROM leads") == [(30,)]
        assert rows("SELECT count(*) FROM import_batches") == [(1,)]

    def test_a_platforms_lead_id_is_taken_in_once_across_files(self, db, rows, tmp_path):
        lines = (FILES / "salesforce_data_export.csv").read_text()
        other = tmp_path / "other.csv"
        other.write_text(lines + lines.splitlines()[1].replace("A1b2cEAB", "B9x8yEAB").replace("0177", "0178") + "\n")
        import_file(db, SYSTEM, FILES / "salesforce_data_export.csv")
        report = import_file(db, SYSTEM, other)
        assert (report.rows, report.already_imported, report.landed) == (2, 1, 1)
        assert rows("SELECT count(*) FROM leads") == [(2,)]

    def test_a_dry_run_counts_the_same_and_writes_nothing(self, db, rows, tmp_path, small_chunks):
        lines = [*many(25), "Bad,12,,,,,", "Lena Again,646-555-0003,,9 Else St,11215,2026-11-05 09:00,"]
        path = csv_file(tmp_path, *lines)
        dry = import_file(db, SYSTEM, path, dry_run=True)
        assert dry.batch_id is None
        for table in ("leads", "import_batches", "import_rejected_rows", "audit_log", "lead_sources"):
            assert rows(f"SELECT count(*) FROM {table}") == [(0,)]
        wet = import_file(db, SYSTEM, path)
        wet.batch_id = None
        assert dry == wet
        assert (wet.rows, wet.landed, wet.duplicates, wet.rejected) == (27, 26, 1, 1)

    def test_progress_is_told_after_each_chunk(self, db, tmp_path, small_chunks):
        told: list[int] = []
        import_file(db, SYSTEM, csv_file(tmp_path, *many(25)), progress=told.append)
        assert told == [10, 20, 25]

    def test_a_failed_import_resumes_behind_its_last_chunk(self, db, rows, tmp_path, small_chunks, monkeypatch):
        path = csv_file(tmp_path, *many(55), "Bad,12,,,,,")
        calls = iter(range(100))
        whole = load.mark_changed

        def fails_at_the_third_chunk(session, days):
            if next(calls) == 2:
                raise RuntimeError("power cut")
            whole(session, days)

        monkeypatch.setattr(load, "mark_changed", fails_at_the_third_chunk)
        with pytest.raises(RuntimeError):
            import_file(db, SYSTEM, path)
        assert rows("SELECT landed_count, next_line, status FROM import_batches") == [(20, 22, "loading")]
        assert rows("SELECT count(*) FROM leads") == [(20,)]
        report = import_file(db, SYSTEM, path)
        assert (report.rows, report.landed, report.rejected, report.already_imported) == (56, 55, 1, 0)
        assert rows("SELECT count(*), count(DISTINCT phone_hash) FROM leads") == [(55, 55)]

    def test_two_imports_of_one_file_at_once_do_not_double_it(self, db, rows, tmp_path, small_chunks, monkeypatch):
        path = csv_file(tmp_path, *many(25))
        whole = load.mark_changed
        nested: list[int] = []

        def with_a_rival(session, days):
            whole(session, days)
            if not nested:
                nested.append(1)
                session.commit()  # lets the rival past the lock, between two chunks
                import_file(db, SYSTEM, path)

        monkeypatch.setattr(load, "mark_changed", with_a_rival)
        with pytest.raises(Conflict, match="somebody else"):
            import_file(db, SYSTEM, path)
        assert rows("SELECT count(*) FROM leads") == [(25,)]

    def test_an_import_killed_outright_resumes(self, urls, db, rows, tmp_path):
        path = csv_file(tmp_path, *many(3000))
        environment = os.environ | {
            "AURUM_PRIMARY_URL": urls.primary, "AURUM_REPLICA_URL": urls.replica, "AURUM_LOCAL_PAIR": "1",
        }  # fmt: skip
        code = "from aurum_data.intake import load; load.CHUNK_ROWS = 50; from aurum_data.__main__ import main; main()"
        command = [sys.executable, "-c", code, "import-leads", str(path)]
        with subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL) as process:
            deadline = time.monotonic() + 30
            while rows("SELECT coalesce(max(row_count), 0) FROM import_batches")[0][0] < 200:
                assert process.poll() is None
                assert time.monotonic() < deadline
                time.sleep(0.01)
            process.send_signal(signal.SIGKILL)
        assert rows("SELECT status FROM import_batches") == [("loading",)]
        before = rows("SELECT count(*) FROM leads")[0][0]
        assert 0 < before < 3000
        report = import_file(db, SYSTEM, path)
        assert (report.rows, report.landed, report.duplicates) == (3000, 3000, 0)
        assert rows("SELECT count(*), count(DISTINCT phone_hash) FROM leads") == [(3000, 3000)]


class TestFrozen:
    def test_a_read_only_application_takes_no_file_in(self, db, rows, owner, tmp_path):
        owner.execute("UPDATE app_flags SET is_on = true WHERE flag = 'read_only'")
        with pytest.raises(ReadOnly, match="read-only"):
            import_file(db, SYSTEM, csv_file(tmp_path, *many(1)))
        assert rows("SELECT count(*) FROM import_batches") == [(0,)]

    def test_an_import_under_way_stops_and_goes_on_after_the_release(self, db, rows, owner, tmp_path, small_chunks):
        path = csv_file(tmp_path, *many(60))

        def freeze(_: int) -> None:
            owner.execute("UPDATE app_flags SET is_on = true WHERE flag = 'read_only'")

        with pytest.raises(ReadOnly, match="read-only"):
            import_file(db, SYSTEM, path, progress=freeze)
        assert 0 < rows("SELECT count(*) FROM leads")[0][0] < 60
        owner.execute("UPDATE app_flags SET is_on = false")
        assert import_file(db, SYSTEM, path).landed == 60


class TestKeys:
    def test_without_the_keys_nothing_is_begun(self, db, rows, tmp_path, monkeypatch):
        monkeypatch.setenv("AURUM_KEY_FILE", str(tmp_path / "lost.json"))
        get_settings.cache_clear()
        try:
            with pytest.raises(Unavailable, match="encryption keys are missing"):
                import_file(db, SYSTEM, csv_file(tmp_path, *many(1)))
        finally:
            monkeypatch.undo()
            get_settings.cache_clear()
        assert rows("SELECT (SELECT count(*) FROM import_batches), (SELECT count(*) FROM audit_log)") == [(0, 0)]

    def test_a_long_import_seals_under_the_key_that_came_into_use_meanwhile(
        self, db, rows, tmp_path, monkeypatch, small_chunks
    ):
        keys = tmp_path / "keys.json"
        make_key_file(keys)
        monkeypatch.setenv("AURUM_KEY_FILE", str(keys))
        get_settings.cache_clear()
        try:
            old = read_file(keys)

            def rotate(_: int) -> None:
                newer = old.encryption | {2: new_key()}
                write_file(keys, replace(old, encryption=newer, in_use=old.in_use | {"encryption": 2}))

            import_file(db, SYSTEM, csv_file(tmp_path, *many(60)), progress=rotate)
        finally:
            monkeypatch.undo()
            get_settings.cache_clear()
        versions = rows("SELECT get_byte(phone_encrypted, 1) FROM leads ORDER BY id")
        assert (versions[0], versions[-1]) == ((1,), (2,))
