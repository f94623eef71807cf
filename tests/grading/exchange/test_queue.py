"""The queue with real processes: whatever is killed, nothing is lost, nothing is marked twice."""

import os
import signal
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
from exchange_rig import HubDouble, Service
from sqlalchemy import func, select

from grading.exchange.queue import Outcome, Queue, enqueue
from grading.exchange.store import Store
from grading.exchange.tables import OUTCOME

Start = Callable[..., Service]


@pytest.fixture
def service(start_service: Start) -> Service:
    """One of the test's own: here services are killed."""
    return start_service()


def markings(state: Path, what: str) -> Counter[str]:
    """Who was marked how often, from the marker's own log."""
    log = state / "marker.log"
    lines = log.read_text().splitlines() if log.exists() else []
    return Counter(line.removeprefix(what + " ") for line in lines if line.startswith(what))


def until(state: Path, what: str, number: int, within_s: float = 90) -> None:
    end = time.monotonic() + within_s
    while markings(state, what).total() < number:
        assert time.monotonic() < end, (state / "service.log").read_text()
        time.sleep(0.05)


def alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def outcomes(state: Path) -> int:
    with Store.open(state).engine.connect() as connection:
        return connection.execute(select(func.count()).select_from(OUTCOME)).scalar_one()


def test_killing_a_worker_in_the_middle_of_marking_loses_nothing(service: Service, hub: HubDouble) -> None:
    token = hub.add("lin", "nbgrader-his")
    attempt = service.submit(token, "sleep 1 6").json()["id"]
    until(service.state, "begin", 1)
    (worker,) = service.workers()
    os.kill(worker, signal.SIGKILL)
    marked = service.finished(token, attempt)
    assert (marked["status"], marked["score"]) == ("marked", 6.0)
    assert markings(service.state, "begin")["lin 1"] == 2
    assert outcomes(service.state) == 1


def test_killing_the_service_in_the_middle_of_marking_loses_nothing(service: Service, hub: HubDouble) -> None:
    tokens = {name: hub.add(name, "nbgrader-his") for name in ("lin", "wei", "sun", "zhao")}
    attempts = {name: service.submit(token, "sleep 0.5 6").json()["id"] for name, token in tokens.items()}
    until(service.state, "begin", 2)
    (worker,) = service.workers()
    service.stop(signal.SIGKILL)
    time.sleep(0.2)
    assert not alive(worker), "a worker must not outlive its service"

    service.start()
    for name, attempt in attempts.items():
        assert service.finished(tokens[name], attempt)["status"] == "marked"
    assert markings(service.state, "end") == Counter({f"{name} 1": 1 for name in tokens})
    assert outcomes(service.state) == 4


def test_stopping_the_service_leaves_no_process_and_keeps_the_queue(service: Service, hub: HubDouble) -> None:
    token = hub.add("lin", "nbgrader-his")
    service.submit(token, "sleep 1 6")
    second = service.submit(token, "score 7").json()["id"]
    until(service.state, "begin", 1)
    workers = service.workers()
    assert service.stop() == 0
    assert not any(map(alive, workers))
    service.start()
    assert service.finished(token, second)["score"] == 7.0
    assert markings(service.state, "begin") == Counter({"lin 1": 1, "lin 2": 1})


@pytest.mark.parametrize("poison", ["kill-worker", "raise"])
def test_a_submission_that_takes_down_three_workers_is_failed_and_the_others_go_on(
    service: Service, hub: HubDouble, poison: str
) -> None:
    token = hub.add("lin", "nbgrader-his")
    bad, good = (service.submit(token, source).json()["id"] for source in (poison, "score 7"))
    failed, marked = service.finished(token, bad), service.finished(token, good)
    assert (failed["status"], failed["counts"]) == ("failed", False)
    assert "3" in failed["reason"]["en"]
    assert (
        failed["reason"]["en"].split(".")[0]
        in service.as_(token).get(f"attempts/{bad}/feedback", params={"language": "en"}).text
    )
    assert (marked["status"], marked["score"]) == ("marked", 7.0)
    assert markings(service.state, "begin")["lin 1"] == 3


def test_a_marking_that_takes_too_long_is_stopped(start_service: Start, hub: HubDouble) -> None:
    service = start_service(XINGLIN_EXCHANGE_MARKING_TIMEOUT_S="0.5", XINGLIN_EXCHANGE_LEASE_S="0.6")
    token = hub.add("lin", "nbgrader-his")
    failed = service.finished(token, service.submit(token, "sleep 60 9").json()["id"])
    assert (failed["status"], failed["score"]) == ("failed", None)


def test_without_a_sandbox_nothing_is_marked_and_nothing_is_lost(start_service: Start, hub: HubDouble) -> None:
    service = start_service(XINGLIN_EXCHANGE_MARKER="marker_for_tests:without_sandbox")
    token = hub.add("lin", "nbgrader-his")
    attempt = service.submit(token).json()["id"]
    end = time.monotonic() + 90
    while "nothing is marked: no bubblewrap here" not in (service.state / "service.log").read_text():
        assert time.monotonic() < end
        time.sleep(0.1)
    with service.as_(token) as lin:
        assert lin.get(f"attempts/{attempt}").json()["status"] == "queued"
    service.stop()
    (service.state / "repaired").touch()
    service.start()
    assert service.finished(token, attempt)["status"] == "marked"


def test_a_second_service_on_the_same_state_folder_is_refused(service: Service, hub: HubDouble) -> None:
    second = Service(hub, service.state)
    with pytest.raises(pytest.fail.Exception, match="another exchange is running on this state folder"):
        second.start()


def test_a_lost_lease_writes_nothing(state: Path) -> None:
    store = Store.open(state)
    queue = Queue(store.engine, lease_s=0.05, max_crashes=3)
    with store.engine.begin() as connection:
        enqueue(connection, "attempt-1", 0, "lin")
    slow = queue.claim("slow")
    assert slow is not None
    assert queue.claim("fast") is None
    time.sleep(0.1)
    fast = queue.claim("fast")
    assert fast is not None
    assert not queue.renew(slow, "slow")
    assert not queue.finish(slow, "slow", Outcome("marked", score=1))
    assert queue.finish(fast, "fast", Outcome("marked", score=2))
    assert not queue.finish(fast, "fast", Outcome("marked", score=3))
    with store.engine.connect() as connection:
        assert connection.execute(select(OUTCOME.c.score)).scalars().all() == [2]


def test_many_workers_mark_each_submission_once(start_service: Start, hub: HubDouble) -> None:
    service = start_service(XINGLIN_WORKERS="2")
    tokens = [hub.add(f"learner{number}", "nbgrader-his") for number in range(20)]
    attempts = [(token, service.submit(token).json()["id"]) for token in tokens]
    assert all(service.finished(token, attempt)["score"] == 7.0 for token, attempt in attempts)
    assert set(markings(service.state, "begin").values()) == {1}


def test_a_regrade_waits_behind_learners_and_keeps_the_old_mark(service: Service, hub: HubDouble) -> None:
    learner, instructor = hub.add("lin", "nbgrader-his"), hub.add("gao", "formgrade-his")
    attempt = service.submit(learner).json()["id"]
    service.finished(learner, attempt)
    with service.as_(instructor) as gao:
        assert gao.post("courses/his/assignments/los/regrade", json={}).json() == {"queued": 1}
    end = time.monotonic() + 90
    with service.as_(learner) as lin:
        while (found := lin.get(f"attempts/{attempt}").json())["revision"] == 0:
            assert found["status"] == "marked"
            assert time.monotonic() < end
    assert (found["revision"], found["score"]) == (1, 7.0)
    assert outcomes(service.state) == 2


@pytest.mark.slow
def test_five_hundred_submissions_survive_kills_and_each_is_marked_exactly_once(
    start_service: Start, hub: HubDouble
) -> None:
    service = start_service(XINGLIN_WORKERS="2", XINGLIN_EXCHANGE_MAX_WAITING="100", XINGLIN_EXCHANGE_BURST="100")
    tokens = [hub.add(f"learner{number}", "nbgrader-his") for number in range(50)]
    begun = time.monotonic()
    for token in tokens:
        for _ in range(10):
            assert service.submit(token).status_code == 201
    submitted_s = time.monotonic() - begun
    for _ in range(3):
        os.kill(service.workers()[0], signal.SIGKILL)
        time.sleep(0.3)
        service.stop(signal.SIGKILL)
        service.start()
        time.sleep(1)
    end = time.monotonic() + 300
    while (done := outcomes(service.state)) < 500:
        assert time.monotonic() < end, f"{done} of 500"
        time.sleep(0.5)
    print(f"submitted in {submitted_s:.1f} s, all marked {time.monotonic() - begun:.1f} s after the first")  # noqa: T201
    assert outcomes(service.state) == 500
    assert Store.open(service.state).queue_status().queued == 0
    marked = [a for t in range(50) for a in Store.open(service.state).attempts(f"learner{t}", "his")]
    assert {(a.status, a.score) for a in marked} == {("marked", 7.0)}
    assert markings(service.state, "end").total() <= 500 + 3 * 2, "a killed marking may be begun again, no other"
