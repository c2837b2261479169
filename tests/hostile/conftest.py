"""The application that is attacked, and tokens of people who are signed in to it."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from sqlalchemy import create_engine
from sqlalchemy.orm import Session

from aurum_data.rules.identity import Role
from aurum_data.security.sessions import open_session
from tests.browser.served import Server, start_application, stop_application

TokenOf = Callable[[Role], str]


@pytest.fixture(scope="session")
def behind(server: Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The same application started the other way, behind a proxy on this machine."""
    log = tmp_path_factory.mktemp("behind") / "server.log"
    url, process = start_application(server.urls, log, uvicorn=True, AURUM_TRUSTED_PROXIES="127.0.0.1")
    yield Server(url, server.urls, server.people)
    stop_application(process)


@pytest.fixture(params=["streamlit run", "uvicorn"])
def site(request: pytest.FixtureRequest) -> Server:
    """The application, started either way."""
    return request.getfixturevalue("server" if request.param == "streamlit run" else "behind")


@pytest.fixture(scope="session")
def token_of(server: Server) -> Iterator[TokenOf]:
    """Sign the person of a role in, second factor included; the token of their cookie."""
    engine = create_engine(server.urls.primary)

    def sign_in(role: Role) -> str:
        with Session(engine) as session:
            token = open_session(
                session, user_id=server.people[role].user_id, second_factor=True, address=None, user_agent="Test"
            )
            session.commit()
        assert token is not None
        return token

    yield sign_in
    engine.dispose()
