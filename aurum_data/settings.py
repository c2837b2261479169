"""Every setting, read from the environment (prefix AURUM_) and validated once."""

from __future__ import annotations

import os
from functools import lru_cache
from pathlib import Path
from typing import Self

from pydantic import Field, SecretStr, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

PROJECT_ROOT = Path(__file__).resolve().parent.parent


class Settings(BaseSettings):
    """The settings of one process. `docs/settings.md` lists them for operators; a test keeps it complete."""

    model_config = SettingsConfigDict(env_prefix="AURUM_", env_ignore_empty=True, frozen=True)

    home: Path = Field(PROJECT_ROOT / ".aurum", description="Folder that holds all state of the local pair.")
    host: str = Field("127.0.0.1", description="Address the dashboard listens on.")
    port: int = Field(8501, ge=1, le=65535, description="Port the dashboard listens on.")
    pg_bin: Path | None = Field(None, description="Folder with another PostgreSQL 18+ installation's programs.")
    primary_url: str | None = Field(None, description="Primary, role aurum_app. Set: nothing local is started.")
    replica_url: str | None = Field(None, description="Replica, role aurum_reader. Unset: the primary is read.")
    owner_url: str | None = Field(None, description="Primary, role aurum_owner: migrations by command.")
    jobs_url: str | None = Field(None, description="Primary, role aurum_jobs: the worker.")
    local_pair: bool = Field(False, description="Set by `make run` for its children: the URLs name its own local pair.")
    keys: SecretStr | None = Field(
        None, description="The encryption keys themselves, as JSON or base64 of it. Set: no key file is read."
    )
    key_file: Path | None = Field(None, description="File with the encryption keys; default: keys.json in AURUM_HOME.")
    key_command: str | None = Field(
        None,
        description="Command that unwraps keys kept wrapped by a KMS, from its input to its output.",
    )
    key_wrap_command: str | None = Field(
        None, description="Command that wraps keys likewise; only commands that write the key file need it."
    )
    session_hours: int = Field(12, ge=1, le=168, description="Absolute life of a sign-in session, hours.")
    session_idle_minutes: int = Field(60, ge=1, le=1440, description="A session unused for so long ends, minutes.")
    secure_cookies: bool = Field(False, description="Set the Secure attribute: on behind TLS.")
    replica_lag_seconds: float = Field(
        30.0, gt=0, description="Replica lag above which reads use the primary, seconds."
    )
    statement_timeout_ms: int = Field(5000, ge=100, description="Time limit of one interactive query, milliseconds.")
    leads: int = Field(20_000, ge=0, description="Sample leads that the first `make run` writes.")

    @field_validator("home", "key_file", "pg_bin")
    @classmethod
    def _absolute(cls, value: Path | None) -> Path | None:
        return value.expanduser().absolute() if value else value

    @field_validator("primary_url", "replica_url", "owner_url", "jobs_url")
    @classmethod
    def _psycopg(cls, value: str | None) -> str | None:
        for prefix in ("postgresql://", "postgres://"):
            if value and value.startswith(prefix):
                return "postgresql+psycopg://" + value.removeprefix(prefix)
        return value

    @model_validator(mode="after")
    def _pair_is_whole(self) -> Self:
        if self.primary_url is None and (self.replica_url or self.owner_url or self.jobs_url):
            raise ValueError("AURUM_PRIMARY_URL is missing while another AURUM_..._URL is set")
        return self

    @property
    def key_path(self) -> Path:
        """The key file, which is read unless AURUM_KEYS holds the keys."""
        return self.key_file or self.home / "keys.json"

    @property
    def production(self) -> bool:
        """True when the URLs name a production pair: nothing local is started, migrated or filled."""
        return self.primary_url is not None and not self.local_pair


@lru_cache(maxsize=1)
def get_settings() -> Settings:
    """The settings of this process, read once."""
    return Settings()


def refresh_settings(**environment: str) -> Settings:
    """Put values into the environment (they reach child processes) and read the settings again."""
    os.environ.update(environment)
    get_settings.cache_clear()
    return get_settings()
