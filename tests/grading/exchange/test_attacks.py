"""What a learner with a shell, a stranger and another website try; none of it may succeed."""

import bz2
import gzip
import io
import json
import socket
import tarfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
import pytest
from exchange_rig import PREFIX, HubDouble, Service, notebook, publish_assignment, tar_of

Start = Callable[..., Service]
HERE = "courses/his/assignments/los/attempts"


def member(name: str, content: bytes = b"", **changes: Any) -> bytes:
    """Tar of one member with anything about it changed."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as tar:
        info = tarfile.TarInfo(name)
        info.size = len(content)
        for key, value in changes.items():
            setattr(info, key, value)
        tar.addfile(info, io.BytesIO(content))
    return buffer.getvalue()


def sparse_bomb() -> bytes:
    """One kilobyte that says it is a terabyte (GNU sparse format 1.0 in pax headers)."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w", format=tarfile.PAX_FORMAT) as tar:
        info = tarfile.TarInfo("los.ipynb")
        info.size = 1024
        info.pax_headers = {"GNU.sparse.major": "1", "GNU.sparse.minor": "0", "GNU.sparse.realsize": str(10**12)}
        tar.addfile(info, io.BytesIO(b"1\n0\n512\n".ljust(1024, b"\0")))
    return buffer.getvalue()


def doubled() -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as tar:
        for source in ("score 1", "score 9"):
            info = tarfile.TarInfo("los.ipynb")
            info.size = len(notebook(source))
            tar.addfile(info, io.BytesIO(notebook(source)))
    return buffer.getvalue()


ARCHIVES = {
    "symlink to the gradebook": (member("los.ipynb", type=tarfile.SYMTYPE, linkname="/state/gradebook.db"), "link"),
    "hard link": (member("los.ipynb", type=tarfile.LNKTYPE, linkname="../../gradebook.db"), "link"),
    "device": (member("los.ipynb", type=tarfile.CHRTYPE), "not_a_file"),
    "fifo": (member("los.ipynb", type=tarfile.FIFOTYPE), "not_a_file"),
    "sparse file of a terabyte": (sparse_bomb(), "not_a_file"),
    "absolute name": (member("/etc/passwd", b"x"), "absolute_name"),
    "Windows drive": (member("c:evil", b"x"), "absolute_name"),
    "traversal": (member("../../gradebook.db", b"x"), "traversal"),
    "traversal inside": (member("a/../../los.ipynb", b"x"), "traversal"),
    "traversal with backslashes": (member("..\\..\\los.ipynb", b"x"), "traversal"),
    "unknown name": (member("checks.py", b"x"), "unknown_name"),
    "name with a line break": (member("los.ipynb\nevil", b"x"), "unknown_name"),
    "name that looks the same": (member("l\u043es.ipynb", b"x"), "unknown_name"),
    "name in full width": (member("\uff4cos.ipynb", b"x"), "unknown_name"),
    "name in capitals": (member("LOS.ipynb", b"x"), "unknown_name"),
    "same name twice": (doubled(), "repeated_name"),
    "not an archive": (b"PK\x03\x04 a zip", "not_tar"),
    "nothing": (b"", "not_tar"),
}


def test_hostile_archives_are_refused_and_recorded(start_service: Start, hub: HubDouble) -> None:
    desk = start_service(XINGLIN_WORKERS="0", XINGLIN_EXCHANGE_BURST="1000")
    learner, instructor = hub.add("lin", "nbgrader-his"), hub.add("gao", "formgrade-his")
    with desk.as_(learner) as lin:
        for what, (body, fault) in ARCHIVES.items():
            answer = lin.post(HERE, content=body)
            assert (answer.status_code, answer.json()["error"]) == (400, "hostile"), what
            assert f"({fault}:" in answer.json()["message"]["en"], what
        assert lin.get("courses/his/attempts").json()["attempts"] == []
    with desk.as_(instructor) as gao:
        found = gao.get("courses/his/incidents").json()["incidents"]
    assert [(i["user"], i["code"]) for i in reversed(found)] == [("lin", fault) for _, fault in ARCHIVES.values()]


def test_a_compressed_bomb_is_not_even_opened(desk: Service, hub: HubDouble) -> None:
    bomb = tar_of({"los.ipynb": b"\0" * 20_000_000})
    with desk.as_(hub.add("lin", "nbgrader-his")) as lin:
        for packed in (gzip.compress(bomb), bz2.compress(bomb)):
            assert lin.post(HERE, content=packed).json()["error"] == "hostile"
        unpacked_by_http = lin.post(HERE, content=gzip.compress(bomb), headers={"Content-Encoding": "gzip"})
        assert unpacked_by_http.json()["error"] == "hostile"


def test_too_many_files_are_refused(desk: Service, hub: HubDouble) -> None:
    with desk.as_(hub.add("lin", "nbgrader-his")) as lin:
        answer = lin.post(HERE, content=tar_of({"timestamp.txt": b"", **{f"{n}.txt": b"" for n in range(2000)}}))
        assert answer.json()["error"] == "hostile"


def test_nobody_submits_as_another_student(desk: Service, hub: HubDouble) -> None:
    lin, wei = hub.add("lin", "nbgrader-his"), hub.add("wei", "nbgrader-his")
    claims = {"user": "wei", "student": "wei", "student_id": "wei"}
    with desk.as_(lin, **{"X-Forwarded-User": "wei", "X-JupyterHub-User": "wei", "Cookie": f"token={wei}"}) as client:
        body = tar_of({"los.ipynb": notebook("score 1", nbgrader=claims, student="wei")})
        attempt = client.post(HERE, content=body, params=claims).json()
    assert attempt["user"] == "lin"
    assert desk.as_(wei).get("courses/his/attempts").json()["attempts"] == []


def test_a_timestamp_written_by_the_student_is_ignored(desk: Service, hub: HubDouble) -> None:
    files = {"los.ipynb": notebook(), "timestamp.txt": b"2001-01-01 00:00:00 UTC", "submission_secret.txt": b"0"}
    with desk.as_(hub.add("lin", "nbgrader-his"), Date="Mon, 01 Jan 2001 00:00:00 GMT") as lin:
        attempt = lin.post(HERE, content=tar_of(files), params={"submitted_at": "2001-01-01"}).json()
        assert attempt["submitted_at"] > "2026"
        with tarfile.open(fileobj=io.BytesIO(lin.get(f"attempts/{attempt['id']}/files").content)) as tar:
            assert tar.getnames() == ["los.ipynb"]


READING = [
    "courses/his/assignments",
    "courses/his/assignments/los/archive",
    "courses/his/attempts",
    "courses/his/overview",
    "courses/his/incidents",
    "courses/his/assignments/los/submissions",
]


@pytest.mark.parametrize(
    "groups", [(), ("nbgrader-other",), ("nbgrader-hi", "nbgrader-his2", "formgrade-his-x", "his")]
)
def test_a_user_in_no_group_of_the_course_sees_nothing_of_it(
    desk: Service, hub: HubDouble, groups: tuple[str, ...]
) -> None:
    attempt = desk.submit(hub.add("lin", "nbgrader-his")).json()["id"]
    with desk.as_(hub.add("mallory", *groups)) as mallory:
        for path in [*READING, f"attempts/{attempt}", f"attempts/{attempt}/feedback", f"attempts/{attempt}/files"]:
            answer = mallory.get(path)
            assert (answer.status_code, answer.json()["error"]) == (404, "not_found"), path
        assert mallory.post(HERE, content=tar_of({"los.ipynb": notebook()})).status_code == 404
        assert mallory.get("me").json()["courses"] == []


def test_attempts_and_feedback_of_others_do_not_exist_for_a_learner(service: Service, hub: HubDouble) -> None:
    lin, wei = hub.add("lin", "nbgrader-his"), hub.add("wei", "nbgrader-his")
    attempt = service.finished(lin, service.submit(lin).json()["id"])["id"]
    with service.as_(wei) as client:
        for path in ("", "/feedback", "/verdict", "/files"):
            assert client.get(f"attempts/{attempt}{path}").status_code == 404, path
        assert client.get("attempts/AAAAAAAAAAAAAAAAAAAAAA").status_code == 404


def test_a_learner_cannot_do_what_instructors_do(desk: Service, hub: HubDouble) -> None:
    lin = hub.add("lin", "nbgrader-his", "formgrade-other")
    attempt = desk.submit(lin).json()["id"]
    base = "courses/his/assignments/los"
    with desk.as_(lin) as client:
        answers = [
            client.get("courses/his/overview"),
            client.get("courses/his/incidents"),
            client.get(f"{base}/submissions"),
            client.put(f"{base}/release", json={"released": False}),
            client.post(f"{base}/extensions", json={"user": "lin", "attempts": 9}),
            client.post(f"{base}/regrade", json={"attempt": attempt}),
        ]
    assert [(a.status_code, a.json()["error"]) for a in answers] == [(403, "not_instructor")] * 6


def test_an_instructor_of_one_course_is_a_stranger_in_another(desk: Service, hub: HubDouble) -> None:
    publish_assignment(desk.state, course="security", name="ward").engine.dispose()
    attempt = desk.submit(hub.add("lin", "nbgrader-his")).json()["id"]
    with desk.as_(hub.add("gao", "formgrade-security")) as gao:
        assert gao.get("courses/security/overview").status_code == 200
        assert gao.get(f"attempts/{attempt}/files").status_code == 404
        for change in ({"attempt": attempt}, {}):
            assert gao.post("courses/his/assignments/los/regrade", json=change).status_code == 404
        assert gao.post("courses/security/assignments/ward/regrade", json={"attempt": attempt}).status_code == 404


def test_a_withdrawn_assignment_is_gone_for_learners(desk: Service, hub: HubDouble) -> None:
    lin, gao = hub.add("lin", "nbgrader-his"), hub.add("gao", "formgrade-his")
    with desk.as_(gao) as client:
        client.put("courses/his/assignments/los/release", json={"released": False}).raise_for_status()
        assert client.get("courses/his/assignments/los/archive").status_code == 200
    with desk.as_(lin) as client:
        assert client.get("courses/his/assignments").json()["assignments"] == []
        assert client.get("courses/his/assignments/los/archive").status_code == 404
        assert client.post(HERE, content=tar_of({"los.ipynb": notebook()})).status_code == 404


def test_only_a_valid_token_for_this_service_opens_the_door(desk: Service, hub: HubDouble) -> None:
    good = hub.add("lin", "nbgrader-his")
    tokens = {
        "none": "x",
        "unknown": "token-of-another-hub",
        "too narrow": hub.add("wei", "nbgrader-his", scopes=("access:servers!server=wei/",)),
        "for another service": hub.add("sun", "nbgrader-his", scopes=("access:services!service=portal",)),
        "a service's": hub.add("culler", "nbgrader-his", kind="service"),
        "of a name that is a path": hub.add("../../root", "nbgrader-his"),
    }
    for what, token in tokens.items():
        assert desk.as_(token).get("me").status_code == 403, what
    assert desk.as_(good).get("me").status_code == 200
    del hub.people[good]
    time.sleep(1.2)  # as long as the hub's answer is believed here
    assert desk.as_(good).get("me").status_code == 403, "revoked"


def test_cookies_and_tokens_in_addresses_are_not_looked_at(desk: Service, hub: HubDouble) -> None:
    token = hub.add("lin", "nbgrader-his")
    cookies = {"jupyterhub-session-id": "x", "service-exchange": token, "token": token}
    answer = httpx.get(f"{desk.url}me", params={"token": token}, cookies=cookies)
    assert answer.status_code == 403


def test_another_websites_page_is_refused_even_with_a_token(desk: Service, hub: HubDouble) -> None:
    token = hub.add("lin", "nbgrader-his")
    for origin in ("https://evil.example", "null", f"http://127.0.0.1:{desk.port + 1}"):
        with desk.as_(token, Origin=origin) as lin:
            answer = lin.post(HERE, content=tar_of({"los.ipynb": notebook()}))
            assert (answer.status_code, answer.json()["error"]) == (403, "wrong_origin")
    with desk.as_(token, Origin=f"http://127.0.0.1:{desk.port}") as lin:
        assert lin.get("me").status_code == 200


@pytest.mark.parametrize(
    "path",
    [
        "courses/..%2f..%2fhis/assignments",
        "courses/his/assignments/..%2f..%2fsecrets/archive",
        "courses/his/../../../etc/passwd",
        "courses/his%00/assignments",
        "courses/his/assignments/los%0a/archive",
        "attempts/..%2f..%2f..%2fexchange.db/files",
    ],
)
def test_names_in_addresses_lead_nowhere(desk: Service, hub: HubDouble, path: str) -> None:
    token = hub.add("gao", "formgrade-his", "formgrade-..", "formgrade-../../his", "nbgrader-his\n")
    with socket.create_connection(("127.0.0.1", desk.port)) as raw:
        request = f"GET {PREFIX}api/{path} HTTP/1.1\r\nHost: 127.0.0.1:{desk.port}\r\nAuthorization: token {token}\r\n"
        raw.sendall(f"{request}Connection: close\r\n\r\n".encode())
        answer = b"".join(iter(lambda: raw.recv(65536), b""))
    assert b" 404 " in answer.split(b"\r\n")[0]


def test_an_oversize_notebook_is_kept_explained_and_does_not_count(start_service: Start, hub: HubDouble) -> None:
    desk = start_service(
        XINGLIN_WORKERS="0", XINGLIN_EXCHANGE_MAX_FILE_BYTES="100000", XINGLIN_EXCHANGE_MAX_BODY_BYTES="500000"
    )
    lin = hub.add("lin", "nbgrader-his")
    for size in (200_000, 5_000_000):
        attempt = desk.submit(lin, "x" * size).json()
        assert (attempt["status"], attempt["counts"]) == ("rejected", False)
        assert "too large" in attempt["reason"]["en"]
        assert "太大" in desk.as_(lin).get(f"attempts/{attempt['id']}/feedback", params={"language": "zh"}).text
    assert desk.as_(lin).get("courses/his/assignments").json()["assignments"][0]["attempts"] == 0


def test_a_body_beyond_all_measure_is_not_read(start_service: Start, hub: HubDouble) -> None:
    desk = start_service(XINGLIN_WORKERS="0", XINGLIN_EXCHANGE_MAX_DRAINED_BYTES="1000000")
    token = hub.add("lin", "nbgrader-his")
    with socket.create_connection(("127.0.0.1", desk.port)) as raw:
        head = f"POST {PREFIX}api/{HERE} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: token {token}\r\n"
        raw.sendall(f"{head}Content-Length: {10**12}\r\n\r\n".encode())
        assert b" 413 " in raw.recv(65536).split(b"\r\n")[0]
    try:  # cut off before or after it has said why
        answer = desk.as_(token).put("me", content=b'{"language": "' + b"x" * 200_000 + b'"}')
    except httpx.TransportError:
        pass
    else:
        assert answer.status_code in {400, 413}
    assert desk.as_(token).get("me").status_code == 200


BROKEN = {
    "cut off": (b'{"cells": [', "not a whole notebook"),
    "not text": (b"\xff\xfe\x00", "not a whole notebook"),
    "deep as a well": (b"[" * 100_000, "not a whole notebook"),
    "a list": (b"[]", "not a whole notebook"),
    "cells of nothing": (b'{"nbformat": 4, "metadata": {}, "cells": [null]}', "not a whole notebook"),
    "not a number": (b'{"nbformat": NaN, "metadata": {}, "cells": []}', "not a whole notebook"),
    "old": (b'{"nbformat": 3, "metadata": {}, "worksheets": []}', "old notebook format"),
}


@pytest.mark.parametrize("what", BROKEN)
def test_a_broken_notebook_is_kept_explained_and_does_not_count(desk: Service, hub: HubDouble, what: str) -> None:
    content, reason = BROKEN[what]
    with desk.as_(hub.add("lin", "nbgrader-his")) as lin:
        attempt = lin.post(HERE, content=tar_of({"los.ipynb": content})).json()
        assert (attempt["status"], attempt["counts"]) == ("rejected", False)
        assert reason in attempt["reason"]["en"]
        with tarfile.open(fileobj=io.BytesIO(lin.get(f"attempts/{attempt['id']}/files").content)) as tar:
            assert (tar.extractfile("los.ipynb") or io.BytesIO()).read() == content


def test_a_submission_without_the_notebook_is_explained(desk: Service, hub: HubDouble) -> None:
    with desk.as_(hub.add("lin", "nbgrader-his")) as lin:
        attempt = lin.post(HERE, content=tar_of({"timestamp.txt": b""})).json()
    assert attempt["status"] == "rejected"
    assert "los.ipynb is not in the submission" in attempt["reason"]["en"]


def test_who_submits_too_often_has_to_wait(start_service: Start, hub: HubDouble) -> None:
    service = start_service(XINGLIN_EXCHANGE_BURST="4", XINGLIN_EXCHANGE_MAX_WAITING="2")
    lin, wei = hub.add("lin", "nbgrader-his"), hub.add("wei", "nbgrader-his")
    first = [service.submit(lin, "sleep 1 5") for _ in range(3)]
    assert [a.status_code for a in first] == [201, 201, 429]
    assert first[2].json()["error"] == "still_waiting"
    assert int(first[2].headers["Retry-After"]) > 0
    for answer in first[:2]:
        service.finished(lin, answer.json()["id"])
    with service.as_(lin) as client:
        assert client.post(HERE, content=b"rubbish").status_code == 400
        assert client.post(HERE, content=b"rubbish").status_code == 400
    assert service.submit(lin).json()["error"] == "too_often"
    assert service.submit(wei).status_code == 201


def test_two_requests_at_once_do_not_get_past_the_limit_of_attempts(desk: Service, hub: HubDouble) -> None:
    publish_assignment(desk.state, max_attempts=1).engine.dispose()
    lin = hub.add("lin", "nbgrader-his")
    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(lambda _: desk.submit(lin), range(6)))
    assert sorted(a.status_code for a in answers) == [201, 409, 409, 409, 409, 409]


def test_markup_in_what_people_send_stays_text(desk: Service, hub: HubDouble) -> None:
    with desk.as_(hub.add("lin", "nbgrader-his")) as lin:
        answer = lin.post(HERE, content=tar_of({"<script>alert(1)</script>": b""}))
        assert answer.headers["Content-Type"].startswith("application/json")
        assert "sandbox" in answer.headers["Content-Security-Policy"]
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        attempt = lin.post(HERE, content=tar_of({"los.ipynb": b"x"})).json()
        page = lin.get(f"attempts/{attempt['id']}/feedback")
        assert page.headers["Content-Security-Policy"].startswith("sandbox; default-src 'none'")


def test_bad_requests_are_answered_without_our_inside(desk: Service, hub: HubDouble) -> None:
    with desk.as_(hub.add("gao", "formgrade-his")) as gao:
        base = "courses/his/assignments/los"
        answers = [
            gao.put("me", content=b"["),
            gao.put("me", json={"language": "xx"}),
            gao.put(f"{base}/release", json={"due": "tomorrow"}),
            gao.put(f"{base}/release", json={"due": "2026-01-01T00:00:00"}),
            gao.post(f"{base}/extensions", json={"user": "../x"}),
            gao.post(f"{base}/extensions", json={"user": "lin", "attempts": -1}),
            gao.post(f"{base}/extensions", json={"user": "lin", "surprise": 1}),
        ]
    assert [a.status_code for a in answers] == [400] * len(answers)
    assert not any("Traceback" in json.dumps(a.json()) for a in answers)


def test_a_disk_that_takes_nothing_is_said_and_nothing_is_half_kept(desk: Service, hub: HubDouble) -> None:
    blobs = desk.state / "exchange" / "blobs"
    blobs.rename(desk.state / "elsewhere")
    blobs.write_text("no folder any more")
    lin = hub.add("lin", "nbgrader-his")
    answer = desk.submit(lin)
    assert (answer.status_code, answer.json()["error"]) == (507, "no_room")
    assert desk.as_(lin).get("courses/his/attempts").json()["attempts"] == []
    blobs.unlink()
    (desk.state / "elsewhere").rename(blobs)
    assert desk.submit(lin).status_code == 201


def test_a_port_in_use_is_said_plainly(hub: HubDouble, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        service = Service(hub, tmp_path, port=taken.getsockname()[1])
        with pytest.raises(
            pytest.fail.Exception, match="Address already in use; choose another exchange_port"
        ) as failure:
            service.start()
    assert "Traceback" not in str(failure.value)
