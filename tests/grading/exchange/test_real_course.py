"""A module of ours from its text to a mark: built, published, fetched with own data, marked in the sandbox."""

import io
import json
import os
import signal
import tarfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from exchange_rig import CODE, HubDouble, Service, tar_of

from grading.answers import answer_cells
from grading.course import load_course
from grading.exchange.publish import publish
from grading.release import build_module
from grading.worlds import worlds_of

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(os.geteuid() == 0, reason="the sandbox refuses root; ./xinglin test runs as an ordinary user"),
]
COURSE, MODULE = "his", "los"


@pytest.fixture(scope="module")
def state(tmp_path_factory: pytest.TempPathFactory) -> Path:
    state = tmp_path_factory.mktemp("state")
    course = load_course(COURSE)
    module = course.module(MODULE)
    build_module(module, course.languages, state)
    publish(state, course, module, state / "editions" / COURSE / MODULE)
    pool = worlds_of(module, state)
    for number in range(4):
        pool.learner(number)
    for number in range(2):
        pool.hidden(number)
    return state


@pytest.fixture(scope="module")
def hub() -> Iterator[HubDouble]:
    double = HubDouble()
    yield double
    double.close()


@pytest.fixture(scope="module")
def service(hub: HubDouble, state: Path) -> Iterator[Service]:
    real = {"XINGLIN_EXCHANGE_MARKER": "grading.exchange.marker:warm_marker", "XINGLIN_CODE": str(CODE)}
    service = Service(hub, state, real | {"XINGLIN_EXCHANGE_LEASE_S": "20"}).start()
    yield service
    service.stop()


def fetched(service: Service, token: str, language: str) -> dict[str, bytes]:
    with service.as_(token) as client:
        answer = client.get(f"courses/{COURSE}/assignments/{MODULE}/archive", params={"language": language})
    assert answer.status_code == 200, answer.text
    with tarfile.open(fileobj=io.BytesIO(answer.content)) as tar:
        return {member.name: (tar.extractfile(member) or io.BytesIO()).read() for member in tar}


def solved(notebook: bytes) -> bytes:
    answers = answer_cells(load_course(COURSE).module(MODULE).reference)
    found = json.loads(notebook)
    for cell in found["cells"]:
        if (grade_id := cell["metadata"].get("nbgrader", {}).get("grade_id")) in answers:
            cell["source"] = answers[grade_id]
    return json.dumps(found).encode()


def marked(service: Service, token: str, notebook: bytes) -> tuple[dict[str, Any], float]:
    begun = time.monotonic()
    with service.as_(token) as client:
        path = f"courses/{COURSE}/assignments/{MODULE}/attempts"
        attempt = client.post(path, content=tar_of({f"{MODULE}.ipynb": notebook})).json()
    return service.finished(token, attempt["id"], 120), time.monotonic() - begun


def test_the_reference_earns_all_points_and_the_untouched_notebook_none(service: Service, hub: HubDouble) -> None:
    token = hub.add("lin", "nbgrader-his")
    notebook = fetched(service, token, "zh")[f"{MODULE}.ipynb"]
    untouched, first_s = marked(service, token, notebook)
    right, second_s = marked(service, token, solved(notebook))
    print(f"submit to feedback: first {first_s:.1f} s, then {second_s:.1f} s")  # noqa: T201 (a figure to look at)
    assert (untouched["status"], untouched["score"]) == ("marked", 0.0)
    assert (right["status"], right["score"]) == ("marked", right["max_score"])
    assert right["max_score"] == load_course(COURSE).module(MODULE).points
    with service.as_(token) as client:
        for language in ("zh", "en"):
            page = client.get(f"attempts/{right['id']}/feedback", params={"language": language}).text
            assert "<script" not in page.lower()
            assert "los_days" in page
        best = client.get(f"courses/{COURSE}/assignments").json()["assignments"][0]["best"]
    assert best["id"] == right["id"]


def test_every_learner_gets_data_of_their_own_and_the_same_at_each_fetch(service: Service, hub: HubDouble) -> None:
    lin, wei = hub.add("lin", "nbgrader-his"), hub.add("wei", "nbgrader-his")
    first, again, other = fetched(service, lin, "zh"), fetched(service, lin, "en"), fetched(service, wei, "zh")
    data = sorted(name for name in first if name.startswith("data/"))
    assert data == sorted(f"data/{name}" for name in load_course(COURSE).module(MODULE).data.files)
    assert all(first[name] == again[name] for name in data)
    assert any(first[name] != other[name] for name in data)
    assert first[f"{MODULE}.ipynb"] != again[f"{MODULE}.ipynb"]


def test_nothing_of_the_checks_or_answers_is_in_what_is_fetched(service: Service, hub: HubDouble) -> None:
    files = fetched(service, hub.add("sun", "nbgrader-his"), "en")
    assert not [name for name in files if name.endswith(".py") or "answers" in name or "checks" in name]
    assert b"BEGIN SOLUTION" not in b"".join(files.values())


def sandboxes(pid: int) -> list[int]:
    """Every process below `pid`, depth first."""
    try:
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except FileNotFoundError:
        return []
    return [each for child in children for each in (int(child), *sandboxes(int(child)))]


def test_killing_the_service_while_the_sandbox_runs_leaves_nothing_behind_and_loses_nothing(
    service: Service, hub: HubDouble
) -> None:
    token = hub.add("zhao", "nbgrader-his")
    notebook = json.loads(solved(fetched(service, token, "zh")[f"{MODULE}.ipynb"]))
    slow = {"cell_type": "code", "metadata": {}, "outputs": [], "execution_count": None, "id": "slow"}
    notebook["cells"].insert(0, slow | {"source": "import time\ntime.sleep(3)"})
    with service.as_(token) as client:
        path = f"courses/{COURSE}/assignments/{MODULE}/attempts"
        attempt = client.post(path, content=tar_of({f"{MODULE}.ipynb": json.dumps(notebook).encode()})).json()["id"]
        while client.get(f"attempts/{attempt}").json()["status"] == "queued":
            time.sleep(0.1)
    time.sleep(1)
    assert service.process is not None
    below = sandboxes(service.process.pid)
    assert len(below) >= 3, "worker, bubblewrap, fork server"
    service.stop(signal.SIGKILL)
    end = time.monotonic() + 10
    while any(Path(f"/proc/{pid}").exists() for pid in below):
        assert time.monotonic() < end, "processes outlived the service"
        time.sleep(0.1)
    service.start()
    again = service.finished(token, attempt)
    assert (again["status"], again["score"]) == ("marked", again["max_score"])
