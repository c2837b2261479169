"""Every setting, read from the environment (prefix AURUM_) and validated once."""

from __future__ import annotations

import os
import re
from functools import lru_cache
from ipaddress import IPv4Network, IPv6Network
from pathlib import Path
from typing import Annotated, Self
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, field_validator, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

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
    session_hours: int = Field(
        12, ge=1, le=168, description="Longest life of a sign-in session, hours; roles have theirs within it."
    )
    session_idle_minutes: int = Field(
        60, ge=1, le=1440, description="A session unused for so long ends, minutes; roles have theirs within it."
    )
    # Not below what the OWASP Password Storage Cheat Sheet asks for: 19 MiB, 2 passes, 1 lane.
    argon2_memory_kib: int = Field(
        19_456,
        ge=19_456,
        le=1_048_576,
        description="Memory that hashing a password takes, KiB. More lets a burst of sign-ins fill the server.",
    )
    argon2_passes: int = Field(2, ge=2, le=50, description="Passes over that memory.")
    argon2_lanes: int = Field(1, ge=1, le=16, description="Lanes of that memory, worked on at the same time.")
    secure_cookies: bool = Field(False, description="Set the Secure attribute: on behind TLS.")
    public_url: str | None = Field(
        None, description="Address that people open, for links in mails; default: http://AURUM_HOST:AURUM_PORT."
    )
    smtp_url: str | None = Field(
        None,
        description="Mail server: smtp://host:port, starttls://user:password@host:587 or smtps://user:password@host:465.",
    )
    mail_from: str = Field("Aurum Solar Ops <aurum@localhost>", description="Sender of our mails.")
    allowed_hosts: Annotated[tuple[str, ...], NoDecode] = Field(
        (), description="Names the dashboard is reached by, with commas; others are refused. Empty: any name."
    )
    trusted_proxies: Annotated[tuple[IPv4Network | IPv6Network, ...], NoDecode] = Field(
        (), description="Proxies, as networks with commas, whose word about the client's address is believed."
    )
    oidc_metadata_url: str | None = Field(
        None, description="Single sign-on: the provider's address that ends in /.well-known/openid-configuration."
    )
    oidc_client_id: str | None = Field(None, description="Single sign-on: the client id that the provider gave.")
    oidc_client_secret: str | None = Field(None, description="Single sign-on: the client secret that goes with it.")
    oidc_name: str = Field("single sign-on", description='What its button says after "Continue with".')
    replica_lag_seconds: float = Field(
        30.0, gt=0, description="Replica lag above which reads use the primary, seconds."
    )
    statement_timeout_ms: int = Field(5000, ge=100, description="Time limit of one interactive query, milliseconds.")
    first_contact_minutes: int = Field(
        15, ge=1, le=1440, description="Target of sales: a new lead is spoken to within so many minutes."
    )
    cold_days: int = Field(7, ge=1, le=90, description="An open lead without activity for so many days goes cold.")
    leads: int = Field(20_000, ge=0, description="Sample leads that the first `make run` writes.")

    @field_validator("home", "key_file", "pg_bin")
    @classmethod
    def _absolute(cls, value: Path | None) -> Path | None:
        return value.expanduser().absolute() if value else value

    @field_validator("allowed_hosts", "trusted_proxies", mode="before")
    @classmethod
    def _listed(cls, value: object) -> object:
        return [part.strip() for part in value.split(",") if part.strip()] if isinstance(value, str) else value

    @field_validator("allowed_hosts")
    @classmethod
    def _host_names(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        if any(not re.fullmatch(r"(\*\.)?[a-z0-9.-]+", name.lower()) for name in value):
            raise ValueError("names like ops.example.com or *.example.com, without scheme and port")
        return tuple(name.lower() for name in value)

    @field_validator("primary_url", "replica_url", "owner_url", "jobs_url")
    @classmethod
    def _psycopg(cls, value: str | None) -> str | None:
        for prefix in ("postgresql://", "postgres://"):
            if value and value.startswith(prefix):
                return "postgresql+psycopg://" + value.removeprefix(prefix)
        return value

    @field_validator("public_url")
    @classmethod
    def _plain_address(cls, value: str | None) -> str | None:
        if value and not re.fullmatch(r"https?://[^/?#@\s]+(/[^?#@\s]*)?", value):
            raise ValueError("must be an address like https://ops.example.com")
        return value and value.rstrip("/")

    @field_validator("smtp_url")
    @classmethod
    def _mail_server(cls, value: str | None) -> str | None:
        parts = urlsplit(value or "")
        if value and (parts.scheme not in {"smtp", "starttls", "smtps"} or not parts.hostname):
            raise ValueError("must begin with smtp://, starttls:// or smtps:// and name a host")
        if parts.scheme == "smtp" and parts.username:
            raise ValueError("a user name and password need starttls:// or smtps://")
        return value

    @model_validator(mode="after")
    def _pair_is_whole(self) -> Self:
        if self.primary_url is None and (self.replica_url or self.owner_url or self.jobs_url):
            raise ValueError("AURUM_PRIMARY_URL is missing while another AURUM_..._URL is set")
        return self

    @model_validator(mode="after")
    def _provider_is_whole(self) -> Self:
        given = [self.oidc_metadata_url, self.oidc_client_id, self.oidc_client_secret]
        if any(given) and not all(given):
            raise ValueError("AURUM_OIDC_METADATA_URL, _CLIENT_ID and _CLIENT_SECRET go together")
        return self

    @property
    def single_sign_on(self) -> bool:
        """Whether an identity provider is set."""
        return self.oidc_metadata_url is not None

    @property
    def key_path(self) -> Path:
        """The key file, which is read unless AURUM_KEYS holds the keys."""
        return self.key_file or self.home / "keys.json"

    @property
    def address(self) -> str:
        """What people open in their browser, without a slash at the end."""
        return self.public_url or f"http://{self.host}:{self.port}"

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
