"""The exchange service: one tornado application on the loopback address, behind the hub's proxy."""

from __future__ import annotations

import asyncio
import fcntl
import logging
import signal
from typing import IO, TYPE_CHECKING
from urllib.parse import urlsplit

from tornado.httpserver import HTTPServer
from tornado.web import Application, RequestHandler

from grading.course import courses_root
from grading.errors import ExchangeError
from grading.exchange import instructors, learners
from grading.exchange.auth import Door
from grading.exchange.desk import Desk
from grading.exchange.intake import Intake
from grading.exchange.parcel import Parcels
from grading.exchange.queue import Queue
from grading.exchange.store import Store
from grading.exchange.supervisor import Supervisor
from grading.exchange.web import Counter, Handler

if TYPE_CHECKING:
    from pathlib import Path

    from grading.exchange.settings import Limits, Places

LOG = logging.getLogger("xinglin.exchange")
LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
SMALL_BODY = 100_000
NAME = r"([a-zA-Z0-9][a-zA-Z0-9_.-]{0,79})"
ID = r"([A-Za-z0-9_-]{10,40})"

ROUTES: dict[str, type[Handler]] = {
    "me": learners.Me,
    f"courses/{NAME}/assignments": learners.Assignments,
    f"courses/{NAME}/assignments/{NAME}/archive": learners.Archive,
    f"courses/{NAME}/assignments/{NAME}/attempts": learners.Submit,
    f"courses/{NAME}/attempts": learners.OwnAttempts,
    f"attempts/{ID}": learners.OneAttempt,
    f"attempts/{ID}/feedback": learners.FeedbackPage,
    f"attempts/{ID}/verdict": learners.Verdict,
    f"attempts/{ID}/files": instructors.Files,
    f"courses/{NAME}/overview": instructors.Overview,
    f"courses/{NAME}/incidents": instructors.Incidents,
    f"courses/{NAME}/assignments/{NAME}/release": instructors.Release,
    f"courses/{NAME}/assignments/{NAME}/extensions": instructors.Extensions,
    f"courses/{NAME}/assignments/{NAME}/submissions": instructors.Submissions,
    f"courses/{NAME}/assignments/{NAME}/regrade": instructors.Regrade,
    "queue": instructors.QueueState,
}


class Health(RequestHandler):
    """The hub asks whether we answer; nothing is told."""

    def get(self) -> None:
        """Say yes."""
        self.finish("ok\n")


class Unknown(Handler):
    """Any other address."""

    async def prepare(self) -> None:
        """Say no, in JSON."""
        self.send_error(404)


def application(counter: Counter, prefix: str) -> Application:
    """Make the application with every route under the service's prefix."""
    base = prefix.rstrip("/")
    routes = [(f"{base}/api/{path}", handler, {"counter": counter}) for path, handler in ROUTES.items()]
    unknown = (".*", Unknown, {"counter": counter})
    return Application([(f"{base}/?(?:health)?", Health), *routes, unknown])


async def serve(places: Places, limits: Limits) -> None:
    """Run until told to stop (SIGTERM, SIGINT)."""
    address = urlsplit(places.service_url)
    if address.hostname not in LOOPBACK or address.port is None:
        raise ExchangeError(f"JUPYTERHUB_SERVICE_URL={places.service_url}: must be http://127.0.0.1:<port>")
    store = Store.open(places.state, places.database_url)
    with only_one(places.state / "exchange" / "service.lock"):
        queue = Queue(store.engine, limits.lease_s, limits.max_crashes)
        supervisor = Supervisor(queue, places.workers)
        parcels, door = Parcels(store, places.state), Door(limits.identity_cache_s)
        counter = Counter(store, Intake(store, limits), Desk(store), parcels, door, supervisor, limits)
        server = HTTPServer(application(counter, places.prefix), max_body_size=SMALL_BODY, xheaders=True)
        try:
            server.listen(address.port, address.hostname)
        except OSError as error:
            raise ExchangeError(f"{places.service_url}: {error.strerror}; choose another exchange_port") from error
        supervisor.start()
        if any(courses_root().glob("*/course.yaml")):
            parcels.warm()
        LOG.info("the exchange answers at %s%s with %d workers", places.service_url, places.prefix, places.workers)
        await _told_to_stop()
        server.stop()
        parcels.close()
        await supervisor.stop()


async def _told_to_stop() -> None:
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    await stop.wait()


def only_one(path: Path) -> IO[str]:
    """Hold the lock of this state folder; ExchangeError where another exchange has it."""
    handle = path.open("w")
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        raise ExchangeError(
            f"{path.parent}: another exchange is running on this state folder; stop it first"
        ) from error
    return handle
