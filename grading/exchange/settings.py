"""Limits of the exchange and where it lives, from the environment (docs/exchange.md lists them all)."""

from __future__ import annotations

import os
from pathlib import Path

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class Limits(BaseSettings):
    """Each limit is `XINGLIN_EXCHANGE_<NAME>` in the environment."""

    model_config = SettingsConfigDict(env_prefix="XINGLIN_EXCHANGE_", frozen=True, extra="ignore")

    max_files: int = Field(default=32, ge=1, description="files in one submission")
    max_file_bytes: int = Field(default=10_000_000, ge=1000, description="one file of a submission")
    max_body_bytes: int = Field(default=25_000_000, ge=1000, description="a submission as it is sent")
    max_drained_bytes: int = Field(
        default=200_000_000,
        description="an oversize submission up to this is read to its end, so that the sender hears why",
    )
    max_waiting: int = Field(default=3, ge=1, description="submissions of one person that may wait to be marked")
    burst: int = Field(default=10, ge=1, description="submissions of one person to one assignment within `burst_s`")
    burst_s: int = Field(default=600, ge=1, description="the time that `burst` is about, seconds")
    lease_s: float = Field(default=20.0, gt=0, description="a worker that is silent this long has lost its job")
    max_crashes: int = Field(default=3, ge=1, description="workers one submission may take down before it is failed")
    marking_timeout_s: float = Field(default=300.0, gt=0, description="a marking that takes longer is stopped")
    identity_cache_s: int = Field(
        default=10,
        ge=1,
        description="how long the hub's answer about a token is believed",  # HubAuth takes 0 for ever
    )


class Places(BaseSettings):
    """Where the service runs; the variables are those that JupyterHub and the launcher give."""

    model_config = SettingsConfigDict(frozen=True, extra="ignore", populate_by_name=True)

    state: Path = Field(default=Path("state"), validation_alias="XINGLIN_STATE")
    database_url: str | None = Field(default=None, validation_alias="XINGLIN_EXCHANGE_DATABASE_URL")
    workers: int = Field(default_factory=lambda: os.cpu_count() or 1, ge=0, validation_alias="XINGLIN_WORKERS")
    marker: str = Field(default="grading.exchange.marker:warm_marker", validation_alias="XINGLIN_EXCHANGE_MARKER")
    service_url: str = Field(default="http://127.0.0.1:0", validation_alias="JUPYTERHUB_SERVICE_URL")
    prefix: str = Field(default="/services/exchange/", validation_alias="JUPYTERHUB_SERVICE_PREFIX")
