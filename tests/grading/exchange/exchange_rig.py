"""What the tests of the exchange share: a real process on a real socket, and a double of the hub's token endpoint.

tests/grading/exchange/test_with_hub.py does the same against a real JupyterHub.
"""

import io
import json
import os
import secrets
import signal
import socket
import subprocess
import sys
import tarfile
import threading
import time
from contextlib import closing
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpx
import pytest

from grading.exchange.publish import publish_rows
from grading.exchange.store import Store

HERE = Path(__file__).parent
CODE = HERE.parents[2]
PREFIX = "/services/exchange/"


def free_port() -> int:
    with closing(socket.socket()) as sock:
        sock.bind(("127.0.0.1", 0))
        return int(sock.getsockname()[1])


def notebook(source: str = "score 7", **metadata: Any) -> bytes:
    cell = {"cell_type": "code", "metadata": {}, "source": source, "outputs": [], "execution_count": None, "id": "a"}
    return json.dumps({"nbformat": 4, "nbformat_minor": 5, "metadata": metadata, "cells": [cell]}).encode()


def tar_of(files: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as tar:
        for name, content in files.items():
            member = tarfile.TarInfo(name)
            member.size = len(content)
            tar.addfile(member, io.BytesIO(content))
    return buffer.getvalue()


class HubDouble:
    """Answers GET /hub/api/user as JupyterHub does; `people` maps a token to a user model."""

    def __init__(self) -> None:
        self.people: dict[str, dict[str, Any]] = {}
        self.asked = 0
        double = self

        class Answer(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                double.asked += 1
                token = self.headers.get("Authorization", "").split()[-1]
                model = double.people.get(token) if self.path == "/hub/api/user" else None
                body = json.dumps(model or {"status": 403, "message": "Missing or invalid credentials."}).encode()
                self.send_response(200 if model else 403)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 (its name in the base class)
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Answer)
        self.url = f"http://127.0.0.1:{self.server.server_port}/hub/api"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def add(self, name: str, *groups: str, kind: str = "user", scopes: tuple[str, ...] | None = None) -> str:
        token = f"token-of-{name}-{secrets.token_hex(4)}"
        given = ["access:services!service=exchange"] if scopes is None else list(scopes)
        self.people[token] = {"kind": kind, "name": name, "groups": list(groups), "scopes": given}
        return token

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()


@dataclass
class Service:
    """One exchange: its state folder, its process, and how to ask it."""

    hub: HubDouble
    state: Path
    extra: dict[str, str] = field(default_factory=dict)
    port: int = field(default_factory=free_port)
    process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}{PREFIX}api/"

    def start(self, **more: str) -> "Service":
        own = {
            "JUPYTERHUB_API_URL": self.hub.url,
            "JUPYTERHUB_API_TOKEN": "token-of-the-service",
            "JUPYTERHUB_SERVICE_PREFIX": PREFIX,
            "JUPYTERHUB_SERVICE_URL": f"http://127.0.0.1:{self.port}",
            "JUPYTERHUB_OAUTH_ACCESS_SCOPES": '["access:services!service=exchange"]',
            "XINGLIN_STATE": str(self.state),
            "XINGLIN_WORKERS": "1",
            "XINGLIN_CODE": str(self.state / "no-courses"),  # assignments bring their files in the edition
            "XINGLIN_EXCHANGE_MARKER": "marker_for_tests:start",
            "XINGLIN_EXCHANGE_LEASE_S": "2",
            "XINGLIN_EXCHANGE_IDENTITY_CACHE_S": "1",
            "PYTHONPATH": f"{CODE}{os.pathsep}{HERE}",
        }
        environment = os.environ | own | self.extra | more
        with (self.state / "service.log").open("ab") as log:
            command = [sys.executable, "-m", "grading.exchange"]
            self.process = subprocess.Popen(command, env=environment, cwd=self.state, stdout=log, stderr=log)
        self.wait_until_it_answers()
        return self

    def wait_until_it_answers(self) -> None:
        assert self.process is not None
        until = time.monotonic() + 90
        while self.process.poll() is None and time.monotonic() < until:
            try:
                httpx.get(f"http://127.0.0.1:{self.port}{PREFIX}health").raise_for_status()
            except httpx.TransportError:
                time.sleep(0.05)
            else:
                return
        pytest.fail((self.state / "service.log").read_text())

    @property
    def runs(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def end(self) -> None:
        if self.runs:
            self.stop()

    def stop(self, how: int = signal.SIGTERM) -> int:
        assert self.process is not None
        self.process.send_signal(how)
        return self.process.wait(60)

    def as_(self, token: str, **headers: str) -> httpx.Client:
        # verify: it is plain http, and reading all certificates takes longer than a request
        own = {"Authorization": f"token {token}", **headers}
        return httpx.Client(base_url=self.url, headers=own, timeout=60, verify=False)  # noqa: S501 (see above)

    def submit(self, token: str, source: str = "score 7", name: str = "los.ipynb") -> httpx.Response:
        with self.as_(token) as client:
            return client.post("courses/his/assignments/los/attempts", content=tar_of({name: notebook(source)}))

    def finished(self, token: str, attempt: str, within_s: float = 120) -> dict[str, Any]:
        until = time.monotonic() + within_s
        with self.as_(token) as client:
            while time.monotonic() < until:
                found: dict[str, Any] = client.get(f"attempts/{attempt}", params={"wait": 5}).json()
                if found["status"] not in {"queued", "running"}:
                    return found
        pytest.fail(f"not finished within {within_s} s: {found}\n" + (self.state / "service.log").read_text())

    def workers(self) -> list[int]:
        assert self.process is not None
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()
        return [int(child) for child in children]


def publish_assignment(state: Path, *, course: str = "his", name: str = "los", **policy: Any) -> Store:
    for language, prose in (("zh", "住院日"), ("en", "Length of stay")):
        folder = state / "editions" / course / name / language
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"{name}.ipynb").write_bytes(notebook(f"# {prose}"))
    title = {"zh": "住院日", "en": "Length of stay"}
    row = {"id": name, "title": title, "about": title, "minutes": 60, "max_score": 10, "position": 0, "policy": policy}
    store = Store.open(state)
    about = {"id": course, "title": {"zh": "医院信息系统", "en": "Hospital information systems"}, "about": title}
    publish_rows(store, about, row, state / "editions" / course / name)
    return store
