"""Attempts, lateness and extensions as a learner meets them, through the service."""

import shutil
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from exchange_rig import HubDouble, Service, notebook, publish_assignment, tar_of

from grading.exchange.publish import publish_rows
from grading.exchange.store import Store

HOUR = timedelta(hours=1)


def now() -> datetime:
    return datetime.now(UTC)


def test_the_best_attempt_counts_and_not_the_last(service: Service, hub: HubDouble) -> None:
    lin = hub.add("lin", "nbgrader-his")
    for source in ("score 4", "score 9", "score 6"):
        service.finished(lin, service.submit(lin, source).json()["id"])
    line = service.as_(lin).get("courses/his/assignments").json()["assignments"][0]
    assert (line["best"]["number"], line["best"]["final_score"], line["latest"]["number"]) == (2, 9.0, 3)
    table = service.as_(hub.add("gao", "formgrade-his")).get("courses/his/overview").json()
    assert (table["learners"][0]["total"], table["learners"][0]["attempts"]) == (9.0, {"los": 3})


def test_a_late_attempt_loses_its_share_and_an_extension_gives_it_back(service: Service, hub: HubDouble) -> None:
    due = (now() - HOUR).isoformat()
    publish_assignment(service.state, due=due, late_penalty_per_day=0.2).engine.dispose()
    lin, gao = hub.add("lin", "nbgrader-his"), hub.add("gao", "formgrade-his")
    late = service.finished(lin, service.submit(lin, "score 10").json()["id"])
    assert (late["score"], late["kept_share"], late["final_score"]) == (10.0, 0.8, 8.0)
    assert 3590 < late["late_s"] < 3700
    grant = {"user": "lin", "due": (now() + HOUR).isoformat(), "reason": "on night duty"}
    service.as_(gao).post("courses/his/assignments/los/extensions", json=grant).raise_for_status()
    again = service.as_(lin).get(f"attempts/{late['id']}").json()
    assert (again["late_s"], again["final_score"]) == (0, 10.0)
    assert service.as_(lin).get("courses/his/assignments").json()["assignments"][0]["window"] == "open"


def test_a_closed_assignment_takes_nothing_until_somebody_is_given_more_time(desk: Service, hub: HubDouble) -> None:
    publish_assignment(desk.state, due=(now() - HOUR).isoformat(), late_until_s=0).engine.dispose()
    lin, wei, gao = hub.add("lin", "nbgrader-his"), hub.add("wei", "nbgrader-his"), hub.add("gao", "formgrade-his")
    refused = desk.submit(lin)
    assert (refused.status_code, refused.json()["error"]) == (409, "closed")
    grant = {"user": "lin", "due": (now() + HOUR).isoformat()}
    desk.as_(gao).post("courses/his/assignments/los/extensions", json=grant).raise_for_status()
    assert desk.submit(lin).status_code == 201
    assert desk.submit(wei).json()["error"] == "closed"


def test_an_instructor_sets_when_an_assignment_is_due_for_all(desk: Service, hub: HubDouble) -> None:
    lin, gao = hub.add("lin", "nbgrader-his"), hub.add("gao", "formgrade-his")
    due = (now() + HOUR).replace(microsecond=0)
    change = desk.as_(gao).put("courses/his/assignments/los/release", json={"due": due.isoformat()})
    assert change.status_code == 200
    line = desk.as_(lin).get("courses/his/assignments").json()["assignments"][0]
    assert datetime.fromisoformat(line["due"]) == due


def test_rejected_and_failed_attempts_do_not_use_up_attempts(service: Service, hub: HubDouble) -> None:
    publish_assignment(service.state, max_attempts=1).engine.dispose()
    lin = hub.add("lin", "nbgrader-his")
    broken = service.as_(lin).post("courses/his/assignments/los/attempts", content=b"")
    assert broken.json()["error"] == "hostile"
    service.finished(lin, service.submit(lin, "raise").json()["id"])
    line = service.as_(lin).get("courses/his/assignments").json()["assignments"][0]
    assert (line["attempts"], line["attempts_left"], line["best"]) == (0, 1, None)
    service.finished(lin, service.submit(lin, "score 3").json()["id"])
    refused = service.submit(lin)
    assert (refused.status_code, refused.json()["error"]) == (409, "no_attempts_left")
    assert refused.json()["message"]["en"] == "You have used all attempts (1)."


def test_publishing_again_keeps_attempts_and_what_the_instructor_decided(desk: Service, hub: HubDouble) -> None:
    lin, gao = hub.add("lin", "nbgrader-his"), hub.add("gao", "formgrade-his")
    attempt = desk.submit(lin).json()["id"]
    desk.as_(gao).put("courses/his/assignments/los/release", json={"released": False}).raise_for_status()
    publish_assignment(desk.state).engine.dispose()
    assert desk.as_(lin).get("courses/his/assignments").json()["assignments"] == []
    assert desk.as_(lin).get(f"attempts/{attempt}").json()["status"] == "queued"


def test_the_language_is_remembered_and_used(desk: Service, hub: HubDouble) -> None:
    lin = desk.as_(hub.add("lin", "nbgrader-his"))
    archive: Callable[[], bytes] = lambda: lin.get("courses/his/assignments/los/archive").content  # noqa: E731 (twice)
    assert b"\\u4f4f\\u9662\\u65e5" in archive()
    lin.put("me", json={"language": "en"}).raise_for_status()
    assert b"Length of stay" in archive()
    assert lin.get("courses/his/assignments/los/archive", params={"language": "fr"}).status_code == 404


def test_a_course_in_one_language_is_given_in_that_one(desk: Service, hub: HubDouble) -> None:
    shutil.rmtree(desk.state / "editions" / "his" / "los" / "zh")
    row = {"id": "only", "title": {}, "about": {}, "minutes": 1, "max_score": 1, "position": 1, "policy": {}}
    store = Store.open(desk.state)
    publish_rows(store, {"id": "his", "title": {}, "about": {}}, row, desk.state / "editions" / "his" / "los")
    lin = desk.as_(hub.add("lin", "nbgrader-his"))
    lin.put("me", json={"language": "zh"}).raise_for_status()
    assert lin.get("courses/his/assignments/only/archive").headers["Content-Language"] == "en"
    assert lin.get("courses/his/assignments/only/archive", params={"language": "zh"}).status_code == 404
    assert (
        lin.post("courses/his/assignments/only/attempts", content=tar_of({"los.ipynb": notebook()})).status_code == 201
    )
