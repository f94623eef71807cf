"""`python -m hub_config.portal`: run the portal, as the hub starts it with JUPYTERHUB_* in the environment."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from urllib.parse import urlsplit

from tornado.httpserver import HTTPServer
from tornado.log import enable_pretty_logging

from hub_config.errors import HubError, PortError
from hub_config.portal.app import make_app
from hub_config.portal.source import Source
from hub_config.settings import load_settings
from hub_config.state import State

MAX_BODY_BYTES = 64 * 1024


async def serve() -> None:
    """Answer until the hub says stop."""
    address = urlsplit(os.environ.get("JUPYTERHUB_SERVICE_URL", ""))
    if not address.hostname or not address.port:
        raise HubError("JUPYTERHUB_SERVICE_URL is missing: the hub starts the portal; use `./xinglin up`")
    source = Source.open(State(load_settings().state))
    server = HTTPServer(
        make_app(source, os.environ["JUPYTERHUB_SERVICE_PREFIX"]), xheaders=True, max_body_size=MAX_BODY_BYTES
    )
    try:
        server.listen(address.port, address.hostname)
    except OSError as error:
        raise PortError(
            f"portal: cannot listen on {address.netloc}: {error.strerror}; choose another portal_port"
        ) from None
    stop = asyncio.Event()
    for name in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(name, stop.set)
    await stop.wait()
    server.stop()


def main() -> None:
    """Run, or say in one line why not."""
    enable_pretty_logging()
    try:
        asyncio.run(serve())
    except HubError as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main()
