"""One attempt from release to feedback, over HTTP, with a real service and a real worker process."""

import io
import tarfile

from exchange_rig import HubDouble, Service


def test_a_learner_lists_fetches_submits_and_reads_feedback(service: Service, hub: HubDouble) -> None:
    token = hub.add("lin", "nbgrader-his")
    with service.as_(token) as lin:
        me = lin.get("me").json()
        assert (me["user"], [c["id"] for c in me["courses"]]) == ("lin", ["his"])

        before = lin.get("courses/his/assignments").json()["assignments"][0]
        assert (before["assignment"]["id"], before["attempts"], before["best"], before["fetched_at"]) == (
            "los",
            0,
            None,
            None,
        )

        archive = lin.get("courses/his/assignments/los/archive", params={"language": "en"})
        with tarfile.open(fileobj=io.BytesIO(archive.content)) as tar:
            assert "Length of stay" in (tar.extractfile("los.ipynb") or io.BytesIO()).read().decode()

        sent = service.submit(token)
        assert (sent.status_code, sent.json()["status"], sent.json()["number"]) == (201, "queued", 1)
        marked = service.finished(token, sent.json()["id"])
        assert (marked["status"], marked["score"], marked["final_score"], marked["counts"]) == (
            "marked",
            7.0,
            7.0,
            True,
        )

        page = lin.get(f"attempts/{marked['id']}/feedback", params={"language": "en"})
        assert "en 7 lin" in page.text
        assert page.headers["content-security-policy"].startswith("sandbox")

        after = lin.get("courses/his/assignments").json()["assignments"][0]
        assert (after["attempts"], after["best"]["score"], after["latest"]["id"]) == (1, 7.0, marked["id"])
        assert after["fetched_at"] is not None


def test_an_instructor_sees_the_mark_and_what_was_handed_in(service: Service, hub: HubDouble) -> None:
    learner, instructor = hub.add("lin", "nbgrader-his"), hub.add("gao", "formgrade-his")
    marked = service.finished(learner, service.submit(learner).json()["id"])
    with service.as_(instructor) as gao:
        table = gao.get("courses/his/overview").json()
        assert [(row["user"], row["best"]["los"]["score"], row["total"]) for row in table["learners"]] == [
            ("lin", 7.0, 7.0)
        ]
        assert [a["id"] for a in gao.get("courses/his/assignments/los/submissions").json()["attempts"]] == [
            marked["id"]
        ]
        with tarfile.open(fileobj=io.BytesIO(gao.get(f"attempts/{marked['id']}/files").content)) as tar:
            assert tar.getnames() == ["los.ipynb"]


def test_an_unchanged_answer_is_not_sent_again(service: Service, hub: HubDouble) -> None:
    token = hub.add("lin", "nbgrader-his")
    marked = service.finished(token, service.submit(token).json()["id"])
    with service.as_(token) as lin:
        first = lin.get(f"attempts/{marked['id']}")
        again = lin.get(f"attempts/{marked['id']}", headers={"If-None-Match": first.headers["ETag"]})
        assert (again.status_code, again.content) == (304, b"")
