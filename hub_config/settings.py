"""All settings of the platform: one model, read from xinglin.toml and from XINGLIN_* variables (which win)."""

import difflib
import os
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, ByteSize, Field, ValidationError
from pydantic_core import ErrorDetails
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict, TomlConfigSettingsSource

from hub_config.errors import SettingsError

CODE = Path(__file__).resolve().parent.parent
"""The folder that holds simulator/, grading/, hub_config/ and courses/."""

PREFIX = "XINGLIN_"
FILE = "xinglin.toml"
INTERNAL = ("ARTEFACTS", "CODE", "CONFIG", "COURSE", "DEBUG", "LANG", "NODE_TOOLS", "PROBE", "ROLE")
"""Variables with our prefix that parts of the platform hand to each other; they are not settings."""

Port = Annotated[int, Field(ge=0, le=65535)]


def _absolute(path: Path) -> Path:
    return path.expanduser().resolve()


class Settings(BaseSettings):
    """What an operator may choose. Each field's description is its documentation."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, extra="forbid", frozen=True, env_ignore_empty=True, validate_default=True
    )

    state: Annotated[Path, AfterValidator(_absolute)] = Field(
        CODE / "state",
        description="Folder of everything that is not code: accounts, homes, submissions, gradebooks, logs.",
    )
    bind: str = Field(
        "127.0.0.1", min_length=1, description="Address to listen on; `0.0.0.0` for every address of this machine."
    )
    port: Port = Field(8000, description="Port of the web pages; 0 takes a free one.")
    public_url: str = Field(
        "",
        pattern=r"^(https?://[^\s/]+(:\d+)?/?)?$",
        description="The address people type, when it differs from bind and port.",
    )
    ssl_key: str = Field("", description="File of the TLS private key, for a proxy_command that speaks TLS.")
    ssl_cert: str = Field("", description="File of the TLS certificate, for a proxy_command that speaks TLS.")
    hub_port: Port = Field(0, description="Internal port of the hub, on the loopback address; 0 takes a free one.")
    proxy_api_port: Port = Field(0, description="Internal port of the proxy's interface; 0 takes a free one.")
    exchange_port: Port = Field(0, description="Internal port of the exchange service; 0 takes a free one.")
    portal_port: Port = Field(0, description="Internal port of the portal service; 0 takes a free one.")
    proxy_command: str = Field(
        "",
        description="Another program with configurable-http-proxy's command line; empty for the installed one.",
    )
    database_url: str = Field(
        "", description="SQLAlchemy address of the hub's database; empty for SQLite in the state folder."
    )
    language: Literal["zh", "en"] = Field("zh", description="Language of people who have not chosen one.")
    isolation: bool = Field(
        True, description="Keep users apart with bubblewrap. Without it every user can read everything."
    )
    memory_limit: ByteSize = Field(
        ByteSize(2 * 2**30),
        ge=256 * 2**20,
        description="Memory of one user's server, such as `2GiB`; docs/operators.md says how it is kept.",
    )
    process_limit: int = Field(256, ge=32, le=32768, description="Processes and threads of one user's server.")
    idle_minutes: int = Field(
        60, ge=1, le=10080, description="Minutes without activity after which a user's server is stopped."
    )
    max_servers: int = Field(60, ge=1, le=10000, description="User servers that may run at the same time.")
    session_hours: float = Field(12, gt=0, le=720, description="Hours after which people must log in again.")
    workers: int = Field(
        max(1, (os.cpu_count() or 1) - 1), ge=1, le=256, description="Submissions that are marked at the same time."
    )
    invitation_days: int = Field(14, ge=1, le=365, description="Days for which an invitation link works.")
    reset_hours: int = Field(24, ge=1, le=720, description="Hours for which a link to choose a new password works.")
    lockout_failures: int = Field(5, ge=2, le=100, description="Wrong passwords for one account before it has to wait.")
    lockout_seconds: int = Field(
        30, ge=1, le=3600, description="First waiting time; it doubles with each further failure, up to an hour."
    )
    address_failures: int = Field(
        50, ge=5, le=10000, description="Wrong passwords from one network address before it has to wait."
    )

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - the signature is pydantic's
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - the same
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Command line over environment over file."""
        return init_settings, env_settings, TomlConfigSettingsSource(settings_cls, settings_file())

    @property
    def url(self) -> str:
        """The address people type, with a closing slash."""
        if self.public_url:
            return self.public_url.rstrip("/") + "/"
        host = "127.0.0.1" if self.bind in {"0.0.0.0", "::", ""} else self.bind  # noqa: S104 - compared, not bound
        return f"{'https' if self.ssl_cert else 'http'}://{host}:{self.port}/"

    def as_environment(self) -> dict[str, str]:
        """XINGLIN_* variables that make another process read these very settings."""
        return {PREFIX + key.upper(): str(value) for key, value in self.model_dump().items()}


def settings_file() -> Path:
    """The file named by XINGLIN_CONFIG, else xinglin.toml beside the code."""
    return Path(os.environ.get(PREFIX + "CONFIG") or CODE / FILE)


def load_settings(**given: Any) -> Settings:  # noqa: ANN401 - any setting by its name
    """Read all settings; `given` (from the command line) wins. Raises SettingsError naming source, key and value."""
    _refuse_unknown_variables()
    if (file := os.environ.get(PREFIX + "CONFIG")) and not Path(file).is_file():
        raise SettingsError(
            f"XINGLIN_CONFIG names {file}, which is not a file; name an existing settings file or unset the variable"
        )
    try:
        settings = Settings(**{key: value for key, value in given.items() if value is not None})
    except ValidationError as error:
        raise SettingsError("; ".join(_explain(problem, given) for problem in error.errors())) from None
    except ValueError as error:  # the file is not TOML
        raise SettingsError(f"{settings_file()}: {error}; the file must be TOML, one `key = value` per line") from None
    _refuse_tls_without_its_parts(settings)
    return settings


def _refuse_unknown_variables() -> None:
    """An XINGLIN_* variable that is no setting is a typing error, not something to pass over."""
    for name in os.environ:
        key = name.removeprefix(PREFIX)
        if (
            name.startswith(PREFIX)
            and key not in INTERNAL
            and not key.startswith(("TEST_", "EXCHANGE_"))
            and key.lower() not in Settings.model_fields
        ):
            raise SettingsError(f"environment variable {name}: there is no such setting{_nearest(key.lower())}")


def _refuse_tls_without_its_parts(settings: Settings) -> None:
    """A key needs its certificate, and both a proxy that speaks TLS: the installed one does not."""
    if bool(settings.ssl_key) != bool(settings.ssl_cert):
        raise SettingsError("ssl_key and ssl_cert: one is given without the other; give the files of both, or neither")
    if settings.ssl_cert and not settings.proxy_command:
        raise SettingsError(
            "ssl_cert: the installed proxy does not speak TLS; put a web server that does in front and set public_url, "
            "or name a proxy that does in proxy_command (such as Node's configurable-http-proxy)"
        )


def _nearest(key: str) -> str:
    near = difflib.get_close_matches(key, Settings.model_fields, n=1)
    return f"; did you mean {near[0]}?" if near else f"; the settings are {', '.join(Settings.model_fields)}"


def _explain(problem: ErrorDetails, given: dict[str, Any]) -> str:
    """One sentence for one problem: where it was set, the key, the value, what would be right."""
    key = str(problem["loc"][0])
    if problem["type"] == "extra_forbidden":
        return f"{settings_file()}: there is no setting {key}{_nearest(key)}"
    if given.get(key) is not None:
        where = f"option --{key.replace('_', '-')}"
    elif PREFIX + key.upper() in os.environ:
        where = f"environment variable {PREFIX}{key.upper()}"
    else:
        where = f"{settings_file()}, key {key}"
    return f"{where}: {problem['input']!r} is not right: {problem['msg']}. {Settings.model_fields[key].description}"
