"""The same door with a real JupyterHub behind it: it starts the service, issues tokens and keeps the groups."""

import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from subprocess import Popen

import httpx
import pytest
from exchange_rig import CODE, HERE, PREFIX, free_port, notebook, publish_assignment, tar_of

pytestmark = pytest.mark.hub
ADMIN = "token-of-the-test-service-0123456789"

CONFIG = """
c.JupyterHub.bind_url = "http://127.0.0.1:{proxy}"
c.JupyterHub.hub_bind_url = "http://127.0.0.1:{hub}"
c.ConfigurableHTTPProxy.api_url = "http://127.0.0.1:{api}"
c.ConfigurableHTTPProxy.command = ["{bin}/configurable-http-proxy"]
c.JupyterHub.authenticator_class = "dummy"
c.Authenticator.allow_all = True
c.JupyterHub.services = [
    {{"name": "test", "api_token": "{admin}"}},
    {{
        "name": "exchange", "url": "http://127.0.0.1:{exchange}", "command": ["{python}", "-m", "grading.exchange"],
        "environment": {{
            "HOME": "{state}", "XINGLIN_STATE": "{state}", "XINGLIN_WORKERS": "1", "XINGLIN_CODE": "{state}/no-courses",
            "PYTHONPATH": "{code}:{here}", "XINGLIN_EXCHANGE_MARKER": "marker_for_tests:start",
            "XINGLIN_EXCHANGE_IDENTITY_CACHE_S": "1",
        }},
    }},
]
c.JupyterHub.load_roles = [
    {{"name": "tester", "scopes": ["admin:users", "admin:groups", "tokens"], "services": ["test"]}},
    {{"name": "user", "scopes": ["self", "access:services!service=exchange"]}},
]
"""


@dataclass
class Hub:
    api: httpx.Client
    exchange: str

    def person(self, name: str, *groups: str, scopes: tuple[str, ...] = ("access:services!service=exchange",)) -> str:
        self.api.post(f"users/{name}")
        for group in groups:
            self.api.post(f"groups/{group}")
            self.api.post(f"groups/{group}/users", json={"users": [name]}).raise_for_status()
        made = self.api.post(f"users/{name}/tokens", json={"scopes": list(scopes), "note": "test"})
        return str(made.raise_for_status().json()["token"])

    def as_(self, token: str) -> httpx.Client:
        return httpx.Client(base_url=self.exchange, headers={"Authorization": f"token {token}"}, timeout=30)


@pytest.fixture(scope="module")
def real(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hub]:
    state = tmp_path_factory.mktemp("state")
    publish_assignment(state).engine.dispose()
    ports = {name: free_port() for name in ("proxy", "hub", "api", "exchange")}
    paths = {"bin": Path(sys.executable).parent, "python": sys.executable, "state": state, "code": CODE, "here": HERE}
    (state / "config.py").write_text(CONFIG.format(**ports, **paths, admin=ADMIN))
    log = state / "hub.log"
    with log.open("wb") as file:
        hub = Popen([sys.executable, "-m", "jupyterhub", "-f", "config.py"], cwd=state, stdout=file, stderr=file)
    api = httpx.Client(
        base_url=f"http://127.0.0.1:{ports['hub']}/hub/api/", headers={"Authorization": f"token {ADMIN}"}
    )
    exchange = f"http://127.0.0.1:{ports['proxy']}{PREFIX}"
    try:
        until_it_answers(hub, exchange + "health", log)
        yield Hub(api, exchange + "api/")
    finally:
        hub.terminate()
        hub.wait(20)


def until_it_answers(process: "Popen[bytes]", url: str, log: Path) -> None:
    end = time.monotonic() + 60
    while process.poll() is None and time.monotonic() < end:
        try:
            if httpx.get(url).is_success:
                return
        except httpx.TransportError:
            pass
        time.sleep(0.2)
    pytest.fail(log.read_text())


def test_a_real_token_goes_all_the_way_to_feedback(real: Hub) -> None:
    with real.as_(real.person("lin", "nbgrader-his")) as lin:
        assert lin.get("me").json()["user"] == "lin"
        sent = lin.post("courses/his/assignments/los/attempts", content=tar_of({"los.ipynb": notebook("score 8")}))
        for _ in range(8):  # a busy machine may need more than one long poll
            attempt = lin.get(f"attempts/{sent.json()['id']}", params={"wait": 10}).json()
            if attempt["status"] not in {"queued", "running"}:
                break
        assert (attempt["status"], attempt["score"]) == ("marked", 8.0)
        assert "zh 8 lin" in lin.get(f"attempts/{attempt['id']}/feedback").text


def test_groups_of_the_hub_open_and_close_a_course(real: Hub) -> None:
    with real.as_(real.person("wei")) as wei:
        assert wei.get("courses/his/assignments").status_code == 404
        real.api.post("groups/nbgrader-his")
        real.api.post("groups/nbgrader-his/users", json={"users": ["wei"]}).raise_for_status()
        time.sleep(1.2)
        assert wei.get("courses/his/assignments").status_code == 200
        real.api.request("DELETE", "groups/nbgrader-his/users", json={"users": ["wei"]}).raise_for_status()
        time.sleep(1.2)
        assert wei.get("courses/his/assignments").status_code == 404


def test_tokens_that_are_revoked_narrow_or_a_services_open_nothing(real: Hub) -> None:
    narrow = real.person("sun", "nbgrader-his", scopes=("read:users!user",))
    assert real.as_(narrow).get("me").status_code == 403
    assert real.as_(ADMIN).get("me").status_code == 403
    good = real.person("sun", "nbgrader-his")
    assert real.as_(good).get("me").status_code == 200
    for token in real.api.get("users/sun/tokens").json()["api_tokens"]:
        real.api.delete(f"users/sun/tokens/{token['id']}")
    time.sleep(1.2)
    assert real.as_(good).get("me").status_code == 403
