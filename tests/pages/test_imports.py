"""Taking a file in: what is kept of it, and what the list says while it is loaded."""

from __future__ import annotations

import pytest
from sqlalchemy import text
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager
from streamlit.testing.v1 import AppTest

from aurum_data.database import Database
from aurum_data.rules.identity import Role
from aurum_data.security.encryption import Keyring
from pages.parts.import_file import UPLOAD
from tests.pages.conftest import AsRole
from tests.test_rights import shown

ROWS = b"first_name,last_name,phone,zip\nIda,Importson,(212) 555-0147,11215\n"


def press(app: AppTest, name: str) -> AppTest:
    next(button for button in app.button if button.label == name).click()
    return app.run(timeout=60)


@pytest.fixture
def loaded(site: Database, as_role: AsRole, keyring: Keyring) -> AppTest:
    """The screen after a file of one lead was taken in."""
    as_role(Role.OPS)
    app = shown("imports")
    app.file_uploader[0].upload("leads.csv", ROWS, "text/csv")
    app.run(timeout=60)
    app = press(press(app, "Check the file"), "Take in 1 leads")
    app.session_state[UPLOAD].load.ended.result(60)
    return app.run(timeout=60)


def test_of_a_file_that_was_taken_in_nothing_is_kept(loaded: AppTest) -> None:
    upload = loaded.session_state[UPLOAD]
    assert (upload.content, upload.examples) == (b"", [])
    assert loaded.file_uploader[0].value is None
    assert "Landed: 1 leads" in loaded.success[0].value


def test_streamlit_lets_go_of_it_too(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    removed, remove = [], MemoryUploadedFileManager.remove_file

    def noted(manager: MemoryUploadedFileManager, session_id: str, file_id: str) -> None:
        remove(manager, session_id, file_id)
        removed.append((file_id, manager.get_files(session_id, [file_id])))

    monkeypatch.setattr(MemoryUploadedFileManager, "remove_file", noted)
    app: AppTest = request.getfixturevalue("loaded")
    assert removed == [(app.session_state[UPLOAD].file_id, [])]


def test_an_import_that_runs_is_said_to_be_loading(site: Database, as_role: AsRole) -> None:
    as_role(Role.OPS)
    with site.write(None) as session:
        session.execute(
            text(
                "WITH batch AS (INSERT INTO import_batches (file_name, file_sha256, file_format)"
                " VALUES ('leads.csv', 'a file', 'csv') RETURNING id)"
                " INSERT INTO audit_log (actor_name, event, entity_type, entity_id)"
                " SELECT 'Command line', 'import:leads:create', 'import_batch', CAST(id AS text) FROM batch"
            )
        )
    assert shown("imports").dataframe[-1].value["state"].tolist() == ["Loading"]
