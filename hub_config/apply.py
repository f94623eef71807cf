"""Turns settings into JupyterHub's configuration, one topic after another."""

import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from hub_config.accounts import Accounts
from hub_config.authenticator import AccountsAuthenticator
from hub_config.courses import course_names
from hub_config.processes import PROXY_FILE
from hub_config.settings import CODE, Settings
from hub_config.spawner import RoomSpawner
from hub_config.state import State

LOOPBACK = "127.0.0.1"
HOUR_S, MINUTE_S, DAY_HOURS = 3600, 60, 24
SERVICES = {"portal": "hub_config.portal", "exchange": "grading.exchange"}
"""Service name -> module that runs it, in the order they start; `grading.exchange` also marks, and warms up for it."""

Config = Any
"""traitlets' configuration object: an open tree of attributes."""


def configure_network(c: Config, settings: Settings) -> None:
    """The proxy speaks to the world, everything else to the loopback address."""
    c.JupyterHub.bind_url = f"{'https' if settings.ssl_cert else 'http'}://{settings.bind}:{settings.port}/"
    c.JupyterHub.hub_bind_url = f"http://{LOOPBACK}:{settings.hub_port}"
    c.JupyterHub.hub_connect_url = f"http://{LOOPBACK}:{settings.hub_port}"
    c.JupyterHub.ssl_key, c.JupyterHub.ssl_cert = settings.ssl_key, settings.ssl_cert
    c.ConfigurableHTTPProxy.api_url = f"http://{LOOPBACK}:{settings.proxy_api_port}"
    c.ConfigurableHTTPProxy.auth_token = State(settings.state).secret("proxy_token")
    c.ConfigurableHTTPProxy.command = [
        settings.proxy_command or str(Path(sys.prefix, "bin", "configurable-http-proxy"))
    ]
    c.ConfigurableHTTPProxy.pid_file = str(State(settings.state).hub / PROXY_FILE)
    if settings.public_url:
        c.JupyterHub.public_url = settings.url


def configure_hub(c: Config, settings: Settings) -> None:
    """Database, secrets, sessions; a hub that ends takes everything with it."""
    state = State(settings.state)
    c.JupyterHub.db_url = settings.database_url or f"sqlite:///{state.hub / 'jupyterhub.sqlite'}"
    c.JupyterHub.cookie_secret = bytes.fromhex(state.secret("cookie_secret"))
    c.JupyterHub.cookie_max_age_days = settings.session_hours / DAY_HOURS
    c.JupyterHub.cleanup_servers = c.JupyterHub.cleanup_proxy = True
    c.JupyterHub.active_server_limit = settings.max_servers
    c.JupyterHub.concurrent_spawn_limit = 8
    c.JupyterHub.allow_named_servers = False
    c.JupyterHub.admin_access = False
    c.JupyterHub.log_level = "INFO"


def configure_accounts(c: Config, settings: Settings) -> None:
    """Our own accounts; groups follow them within half a minute."""
    c.JupyterHub.authenticator_class = AccountsAuthenticator
    own = c.AccountsAuthenticator
    own.accounts_file = str(State(settings.state).accounts)
    own.lockout_failures, own.lockout_seconds = settings.lockout_failures, float(settings.lockout_seconds)
    own.address_failures, own.behind_server = settings.address_failures, bool(settings.public_url)
    own.allow_all, own.manage_groups, own.delete_invalid_users = True, True, True
    own.auth_refresh_age, own.refresh_pre_spawn = 30, True


def configure_pages(c: Config, settings: Settings) -> None:
    """Our login and invitation pages; after logging in people see the portal."""
    c.JupyterHub.template_paths = [str(CODE / "hub_config" / "templates")]
    c.JupyterHub.template_vars = {"default_language": settings.language, "unprotected": not settings.isolation}
    c.JupyterHub.default_url = "/services/portal/"


def configure_roles(c: Config, settings: Settings) -> None:
    """Who may do what: learners reach the services, instructors also see which services there are."""
    services = [f"access:services!service={name}" for name in SERVICES]
    people = Accounts(State(settings.state).accounts).people()
    courses = sorted({*course_names(), *(course for person in people for course in person.courses)})
    c.JupyterHub.load_roles = [
        {"name": "user", "scopes": ["self", *services]},
        {
            "name": "instructor",
            "description": "Sees the list of courses",
            "scopes": ["list:services", "read:services"],
            "groups": [f"formgrade-{course}" for course in courses],
        },
        {
            "name": "course-services",
            "description": "Know who takes and who teaches a course",
            "scopes": [
                "list:users",
                "read:users:name",
                "read:users:groups",
                "list:groups",
                "read:groups",
                "read:users:activity",
            ],
            "services": list(SERVICES),
        },
        {
            "name": "idle-culler",
            "description": "Stops servers nobody uses",
            "scopes": ["list:users", "read:users:activity", "read:servers", "delete:servers"],
            "services": ["idle-culler"],
        },
    ]


def configure_services(c: Config, settings: Settings) -> None:
    """The exchange, the portal, and the culler of idle servers, run by the hub."""
    shared = {
        "HOME": str(settings.state),  # who runs the platform may have no entry in /etc/passwd
        "XINGLIN_STATE": str(settings.state),
        "XINGLIN_CODE": str(CODE),
        "XINGLIN_LANGUAGE": settings.language,
        "XINGLIN_WORKERS": str(settings.workers),
    }
    limits = {name: value for name, value in os.environ.items() if name.startswith("XINGLIN_EXCHANGE_")}
    ports = {"exchange": settings.exchange_port, "portal": settings.portal_port}
    c.JupyterHub.services = [
        {
            "name": name,
            "url": f"http://{LOOPBACK}:{ports[name]}",
            "command": [sys.executable, "-m", module],
            "cwd": str(CODE),
            "environment": shared | limits | {"XINGLIN_EXCHANGE_URL": exchange_url(settings)},
            "oauth_no_confirm": True,
            "display": name == "portal",
        }
        for name, module in SERVICES.items()
    ]
    c.JupyterHub.services.append(
        {
            "name": "idle-culler",
            "environment": shared,
            "command": [
                sys.executable,
                "-m",
                "jupyterhub_idle_culler",
                f"--timeout={settings.idle_minutes * MINUTE_S}",
            ],
        }
    )


def exchange_url(settings: Settings) -> str:
    """Where the exchange answers, for servers and services on this machine."""
    return f"http://{LOOPBACK}:{settings.exchange_port}/services/exchange/"


def configure_servers(c: Config, settings: Settings) -> None:
    """One isolated JupyterLab per user."""
    c.JupyterHub.spawner_class = RoomSpawner
    c.RoomSpawner.state_folder = str(settings.state)
    c.RoomSpawner.isolation = settings.isolation
    c.RoomSpawner.process_limit = settings.process_limit
    c.RoomSpawner.mem_limit = int(settings.memory_limit)
    c.RoomSpawner.cmd = [sys.executable, "-m", "jupyterhub.singleuser"]
    c.RoomSpawner.env_keep = []
    c.RoomSpawner.environment = {"XINGLIN_EXCHANGE_URL": exchange_url(settings)}
    c.RoomSpawner.default_url = "/lab"
    timeouts = c.LocalProcessSpawner  # services too
    timeouts.interrupt_timeout, timeouts.term_timeout, timeouts.kill_timeout = 5, 3, 3
    c.RoomSpawner.http_timeout, c.RoomSpawner.start_timeout = 60, 60
    c.RoomSpawner.poll_interval = 15
    c.RoomSpawner.server_token_scopes = [
        "users:activity!user",
        "access:servers!server",
        "read:users!user",
        "list:services",
        "read:services",
        *(f"access:services!service={name}" for name in SERVICES),
    ]
    frame_ancestors = "frame-ancestors 'self'"
    c.RoomSpawner.args = [
        f'--ServerApp.tornado_settings={{"headers": {{"Content-Security-Policy": "{frame_ancestors}"}}}}',
    ]


TOPICS: list[Callable[[Config, Settings], None]] = [
    configure_network,
    configure_hub,
    configure_accounts,
    configure_pages,
    configure_roles,
    configure_services,
    configure_servers,
]


def apply(c: Config, settings: Settings) -> None:
    """Configure every topic."""
    State(settings.state).prepare()
    for configure in TOPICS:
        configure(c, settings)
