"""What a learner's server can see, tried from inside by running code in its kernel."""

from collections.abc import Callable
from typing import Any

import pytest

from hub_config.settings import CODE

pytestmark = pytest.mark.hub

Kernels = Callable[[str], Any]

READ = """
import pathlib, sys
for name in {names!r}:
    path = pathlib.Path(name)
    try:
        found = sorted(path.iterdir())[:3] if path.is_dir() else path.read_bytes()[:20]
        print("SEEN", name, found)
    except OSError as error:
        print("hidden", type(error).__name__)
"""


def test_checks_answers_datasets_and_tests_of_the_code_folder_are_not_there(kernel: Kernels) -> None:
    names = [str(CODE / name) for name in ("courses", "datasets", "tests", "state", ".git", "pyproject.toml")]
    names += [str(file) for file in (CODE / "courses").rglob("*.py")][:50]
    assert len(names) > 6, "no course stands in courses/, so nothing would be shown"
    said = kernel("mei").run(READ.format(names=names))
    assert said.splitlines() == ["hidden FileNotFoundError"] * len(names)


def test_state_secrets_gradebooks_exchange_and_other_homes_are_not_there(kernel: Kernels, platform: Any) -> None:
    kernel("bob").run("open('mine.txt', 'w').write('of bob')")
    outside = platform.state.root
    assert (outside / "homes" / "bob" / "mine.txt").read_text() == "of bob"
    names = [
        outside,
        outside / "secrets",
        outside / "secrets" / "cookie_secret",
        outside / "accounts.db",
        outside / "hub",
    ]
    names += [outside / "homes" / "bob", outside / "homes" / "bob" / "mine.txt", "/home/bob", "/home/bob/mine.txt"]
    names += [
        outside / "exchange",
        outside / "courses",
        *outside.glob("courses/*/gradebook.db"),
        *outside.glob("exchange/*"),
    ]
    said = kernel("mei").run(READ.format(names=[str(name) for name in names]))
    assert said.splitlines() == ["hidden FileNotFoundError"] * len(names)


def test_no_file_of_any_other_user_or_of_the_state_is_anywhere_below_the_root(kernel: Kernels, platform: Any) -> None:
    kernel("bob").run("open('rare-name-of-bob.txt', 'w').write('x')")
    (platform.state.root / "rare-name-of-state.txt").write_text("x")
    code = """
import os
HIDDEN = ("checks.py", "gradebook.db", "accounts.db", "cookie_secret", "jupyterhub.sqlite")
for folder, folders, files in os.walk("/"):
    if folder == "/":
        for skipped in ("proc", "usr"):
            folders.remove(skipped)
    for name in files:
        if name.startswith("rare-name") or name in HIDDEN:
            if "site-packages" not in folder:
                print(os.path.join(folder, name))
"""
    package_modules = {str(CODE / "grading" / "checks.py")}
    assert set(kernel("mei").run(code).split()) <= package_modules


def test_only_its_own_processes_exist(kernel: Kernels) -> None:
    kernel("bob")
    code = """
import os, pathlib
for number in filter(str.isdigit, os.listdir("/proc")):
    print(pathlib.Path(f"/proc/{number}/cmdline").read_bytes().replace(b"\\0", b" ").decode()[:300])
"""
    lines = [line for line in kernel("mei").run(code).splitlines() if line.strip()]
    assert any("ipykernel" in line for line in lines)
    assert not [
        line for line in lines if "jupyterhub_config" in line or "bob" in line or "configurable-http-proxy" in line
    ]
    assert len(lines) <= 6, lines


def test_the_hub_process_cannot_be_traced_or_killed(kernel: Kernels, platform: Any) -> None:
    code = f"""
import os
for number in range(1, {platform.process.pid} + 2000):
    try:
        os.kill(number, 0)
        print(number)
    except ProcessLookupError:
        pass
"""
    reachable = kernel("mei").run(code).split()
    assert 0 < len(reachable) < 30
    assert platform.process.poll() is None


def test_the_environment_holds_no_secret_but_the_users_own_token(kernel: Kernels) -> None:
    names = set(kernel("mei").run("import os; print(' '.join(os.environ))").split())
    assert "CONFIGPROXY_AUTH_TOKEN" not in names
    assert not [name for name in names if "SECRET" in name]
    assert "XINGLIN_STATE" not in names


def test_the_code_that_is_visible_cannot_be_written(kernel: Kernels) -> None:
    targets = [
        str(CODE / "grading" / "__init__.py"),
        str(CODE / "hub_config" / "planted.py"),
        "/etc/passwd",
        "/usr/planted",
    ]
    code = f"""
for name in {targets!r}:
    try:
        open(name, "a").close()
        print("WRITTEN", name)
    except OSError as error:
        print("refused", error.errno)
"""
    assert [line.split()[0] for line in kernel("mei").run(code).splitlines()] == ["refused"] * len(targets)


def test_every_channel_of_a_kernel_is_a_socket_in_the_private_folder(kernel: Kernels) -> None:
    code = """
import glob, json
print(*{json.load(open(file))["transport"] for file in glob.glob("/tmp/jupyter/kernel-*.json")})
"""
    assert kernel("mei").run(code) == "ipc"
    sockets = kernel("mei").run("import glob; print(*glob.glob('/tmp/jupyter/kernel-*-ipc-*'))").split()
    assert len(sockets) >= 5
    assert all(len(name) < 107 for name in sockets)


def test_a_neighbour_who_subscribes_to_every_port_of_the_machine_hears_nothing(kernel: Kernels) -> None:
    """ipykernel's TCP output can be subscribed to by any local process; ours must not be on TCP."""
    listen = """
import pathlib, threading, time, zmq
rows = [row.split() for row in pathlib.Path("/proc/net/tcp").read_text().splitlines()[1:]]
ports = {int(row[1].split(":")[1], 16) for row in rows if row[3] == "0A"}
heard = []
def spy():
    subscriber = zmq.Context().socket(zmq.SUB)
    subscriber.subscribe(b"")
    for port in ports:
        subscriber.connect(f"tcp://127.0.0.1:{port}")
    until = time.monotonic() + 4
    while time.monotonic() < until:
        if subscriber.poll(100):
            heard.append(subscriber.recv_multipart())
thread = threading.Thread(target=spy)
thread.start()
time.sleep(1)
print(len(ports))
"""
    assert int(kernel("bob").run(listen)) > 3
    assert (
        kernel("mei")
        .run("for n in range(20):\n    print('a diagnosis nobody else may read', flush=True)")
        .count("diagnosis")
        == 20
    )
    assert kernel("bob").run("thread.join(); print(heard)") == "[]"


def test_another_users_kernel_sockets_cannot_be_reached(kernel: Kernels) -> None:
    theirs = kernel("bob").run("import glob; print(len(glob.glob('/tmp/jupyter/kernel-*')))")
    assert int(theirs) > 1
    identifier = kernel("bob").id
    places = [f"/tmp/jupyter/*{identifier}*", f"/proc/*/root/tmp/jupyter/*{identifier}*"]  # noqa: S108 - seen from inside
    code = f"import glob; print([found for place in {places} for found in glob.glob(place)])"
    assert kernel("mei").run(code) == "[]"


def test_a_learners_token_opens_neither_another_server_nor_the_hubs_users(kernel: Kernels, platform: Any) -> None:
    kernel("bob")
    code = """
import os, urllib.request, urllib.error
base, token = os.environ["JUPYTERHUB_API_URL"], os.environ["JUPYTERHUB_API_TOKEN"]
def ask(url):
    try:
        with urllib.request.urlopen(urllib.request.Request(url, headers={"Authorization": "token " + token})) as answer:
            return answer.status
    except urllib.error.HTTPError as error:
        return error.code
print(ask(base + "/users/mei"), ask(base + "/users/bob"), ask(base + "/users"), ask("%suser/bob/api/contents"))
"""
    own, other, everybody, server = kernel("mei").run(code % platform.url).split()
    assert own == "200"
    assert other in {"403", "404"}
    assert everybody == "403"
    assert server in {"403", "404"}


def test_a_second_user_namespace_cannot_be_made_inside(kernel: Kernels) -> None:
    code = (
        "import ctypes; libc = ctypes.CDLL(None, use_errno=True); print(libc.unshare(0x10000000), ctypes.get_errno())"
    )
    assert kernel("mei").run(code).startswith("-1 ")


def test_processes_are_limited_and_the_server_survives(kernel: Kernels) -> None:
    code = """
import os, time
children = []
try:
    while len(children) < 2000:
        if not (child := os.fork()):
            time.sleep(30)
            os._exit(0)
        children.append(child)
    print("no limit")
except OSError as error:
    print("limited", error.errno)
for child in children:
    os.kill(child, 9)
    os.waitpid(child, 0)
"""
    assert kernel("bob").run(code).startswith("limited")
    assert kernel("bob").run("print(6 * 7)") == "42"


def test_memory_is_limited(kernel: Kernels) -> None:
    assert kernel("bob").run("held = bytearray(6 << 30)").startswith("MemoryError")


def test_memory_of_all_processes_together_is_limited(kernel: Kernels) -> None:
    code = """
import os, time
children = []
for number in range(4):
    if not (child := os.fork()):
        held = bytearray(os.urandom(1 << 20)) * 900
        time.sleep(30)
        os._exit(0)
    children.append(child)
_, status = os.waitpid(-1, 0)
for child in children:
    try:
        os.kill(child, 15)
    except ProcessLookupError:
        pass
print(os.waitstatus_to_exitcode(status) == -9)
"""
    said = kernel("bob").run(code)
    assert said == "True"


@pytest.mark.parametrize("folder", ["/", "/dev", "/home", "/etc", "/usr"])
def test_there_is_no_unbounded_place_to_write(kernel: Kernels, folder: str) -> None:
    said = kernel("mei").run(f"open({folder!r} + '/file', 'w')")
    assert said.startswith(("OSError", "PermissionError")), said


@pytest.mark.parametrize("folder", ["/tmp", "/dev/shm"])  # noqa: S108 - seen from inside
def test_memory_file_systems_are_bounded(kernel: Kernels, folder: str) -> None:
    said = kernel("mei").run(f"import os; found = os.statvfs({folder!r}); print(found.f_blocks * found.f_frsize)")
    assert int(said) <= 512 * 2**20


def test_whoami_and_home_are_the_users_own(kernel: Kernels) -> None:
    code = "import os, pwd, pathlib; print(pwd.getpwuid(os.getuid()).pw_name, pathlib.Path.home(), os.getcwd())"
    assert kernel("mei").run(code) == "mei /home/mei /home/mei"


def test_an_instructor_sees_the_own_course_and_a_learner_does_not(kernel: Kernels, platform: Any) -> None:
    assert platform.state.course("his").is_dir(), "the course was not built"
    code = "import pathlib; print(pathlib.Path.home().joinpath('courses', 'his').is_dir())"
    assert kernel("gao").run(code) == "True"
    assert kernel("mei").run(code) == "False"
