"""What a submission tries to read, reach or leave behind."""

import socket
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from grading.sandbox import Sandbox

Printed = Callable[[str], str]
ROOT = Path(__file__).resolve().parents[3]


@pytest.mark.parametrize(
    "path", ["/etc/passwd", "/etc/shadow", "/root", "/home", "/var", "/sys/kernel", *(str(ROOT / name) for name in (
        "courses", "grading", "simulator", "hub_config", "datasets", "tests", "state", "pyproject.toml",
    ))]
)  # fmt: skip
def test_a_submission_does_not_see(printed: Printed, path: str) -> None:
    """A folder above the environment is there, but holds nothing except the way to it."""
    ways = [Path(folder) for folder in (sys.prefix, sys.base_prefix) if Path(folder).is_relative_to(path)]
    seen = {way.relative_to(path).parts[0] for way in ways}
    code = f"import os; print(sorted(os.listdir({path!r})) if os.path.isdir({path!r}) else os.path.exists({path!r}))"
    assert printed(code).strip() == (str(sorted(seen)) if seen else "False")


def test_the_project_cannot_be_imported(printed: Printed) -> None:
    assert "ModuleNotFoundError" in printed("import grading")
    assert "ModuleNotFoundError" in printed("import simulator")


def test_tokens_in_the_environment_stay_outside(
    monkeypatch: pytest.MonkeyPatch, box: Sandbox, printed: Printed
) -> None:
    monkeypatch.setenv("JUPYTERHUB_API_TOKEN", "not-for-learners")
    box.close()
    text = printed("import os; print(dict(os.environ)); print(open('/proc/self/environ').read())")
    assert "not-for-learners" not in text
    assert "OMP_NUM_THREADS" in text


def test_no_process_outside_the_job_is_visible(printed: Printed) -> None:
    text = printed("import os; print(sorted(int(p) for p in os.listdir('/proc') if p.isdigit()))")
    assert text.strip() == "[1, 2]"


@pytest.mark.parametrize("name", ["environ", "mem", "maps", "fd", "cwd", "root/etc"])
def test_the_first_process_keeps_its_secrets(printed: Printed, name: str) -> None:
    opened = printed(
        f"import os\np = '/proc/1/{name}'\nprint('got', os.listdir(p) if os.path.isdir(p) else open(p, 'rb').read(9))"
    )
    assert "PermissionError" in opened or "FileNotFoundError" in opened


def test_the_network_is_off(printed: Printed) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        text = printed(f"import socket; socket.create_connection(('127.0.0.1', {port}), 1)")
    assert "OSError" in text or "ConnectionRefusedError" in text


def test_sockets_that_pass_network_namespaces_are_refused(printed: Printed) -> None:
    for family in ("AF_VSOCK", "AF_NETLINK", "AF_PACKET", "AF_ALG"):
        text = printed(f"import socket; socket.socket(socket.{family}, socket.SOCK_RAW)")
        assert "PermissionError" in text, family


@pytest.mark.parametrize(
    "call",
    [
        "unshare(0x10000000)",
        "unshare(0x20000000)",
        "setns(3, 0)",
        "mount(b'none', b'/mnt', b'tmpfs', 0, None)",
        "umount2(b'/proc', 2)",
        "ptrace(16, 1, 0, 0)",
        "chroot(b'/tmp')",
        "syscall(321, 0, 0, 0)",
        "syscall(425, 8, 0)",
        "syscall(250, 0, -3, 0)",
    ],
)
def test_system_calls_that_no_notebook_needs_are_refused(printed: Printed, call: str) -> None:
    text = printed(f"import ctypes\nlib = ctypes.CDLL(None, use_errno=True)\nprint(lib.{call}, ctypes.get_errno())")
    assert text.split() == ["-1", "1"], text


def test_no_capability_is_left(printed: Printed) -> None:
    text = printed(
        "names = ('CapPrm', 'CapEff', 'CapAmb', 'NoNewPrivs', 'Seccomp:')\n"
        "print([l for l in open('/proc/self/status') if l.startswith(names)])"
    )
    assert text.count("0000000000000000") == 3
    assert "NoNewPrivs:\\t1" in text
    assert "Seccomp:\\t2" in text


@pytest.mark.parametrize("path", ["/x", "/dev/x", "/usr/x", "/etc/x", "/opt/marker/inside/x.py", "/opt/marker/x"])
def test_only_the_private_folders_are_writable(printed: Printed, path: str) -> None:
    text = printed(f"open({path!r}, 'w')")
    assert "Read-only file system" in text or "Permission denied" in text


def test_files_of_one_job_are_gone_in_the_next(printed: Printed) -> None:
    look = "import glob; print(sorted(glob.glob('/tmp/*') + glob.glob('/dev/shm/*') + glob.glob('*')))"
    before = printed(look)
    left = "for p in ('/tmp/left', '/dev/shm/left', '/tmp/work/left'): open(p, 'w').write('x')\nprint('written')"
    assert "written" in printed(left)
    assert "left" not in before
    assert "/work" in before  # besides it only the code itself, where that lies under /tmp
    assert printed(look) == before


def test_shared_memory_and_message_queues_of_one_job_are_gone_in_the_next(printed: Printed) -> None:
    make = "import ctypes; lib = ctypes.CDLL(None); print(lib.shmget(4711, 4096, 0o1666))"
    assert int(printed(make)) >= 0
    assert printed("import ctypes; lib = ctypes.CDLL(None); print(lib.shmget(4711, 4096, 0))").strip() == "-1"


DAEMON = """
import os, sys, time
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        while True:
            time.sleep(0.05)
            try:
                open('/tmp/daemon', 'a').write('x')
            except OSError:
                pass
    os._exit(0)
import atexit
atexit.register(lambda: open('/tmp/atexit', 'w').write('x'))
print('left')
"""


def test_daemons_and_exit_handlers_do_not_live_into_the_next_job(printed: Printed) -> None:
    assert "left" in printed(DAEMON)
    look = (
        "import os, time; time.sleep(0.3); left = {'daemon', 'atexit'} & set(os.listdir('/tmp'))\n"
        "print(sorted(left), [p for p in os.listdir('/proc') if p.isdigit()])"
    )
    assert printed(look).strip() == "[] ['1', '2']"


def test_what_one_job_changes_in_python_is_unchanged_in_the_next(printed: Printed) -> None:
    spoil = (
        "import builtins, math, pandas\nbuiltins.abs = lambda x: 0\nmath.sqrt = None\n"
        "pandas.DataFrame = None\n"
        "get_ipython().input_transformers_cleanup.append(lambda lines: ['pass'])\nprint('spoilt')"
    )
    assert "spoilt" in printed(spoil)
    assert (
        printed("import math, pandas as pd\nprint(abs(-3), math.sqrt(4), len(pd.DataFrame({'a': [1]})))").strip()
        == "3 2.0 1"
    )


def test_a_job_that_kills_everything_it_can_only_ends_itself(box: Sandbox, printed: Printed) -> None:
    with box.run(
        [
            "import os, signal; os.kill(-1, 9)",
            "print('still here')",
            "os.kill(1, 9); os.kill(os.getppid(), 9)\nos.kill(os.getpid(), 9)",
        ]
    ) as session:
        assert session.over == "crashed"
    assert printed("print('next')") == "next\n"


def test_limits_of_the_fork_server_cannot_be_lowered_from_a_job(printed: Printed) -> None:
    text = printed(
        "import resource, os\nfor pid in range(1, 40):\n    try:\n"
        "        resource.prlimit(pid, resource.RLIMIT_FSIZE, (1, 1))\n"
        "    except (ProcessLookupError, PermissionError):\n        pass\nprint('tried')"
    )
    assert "tried" in text
    assert printed("open('a', 'w').write('abc'); print('wrote')") == "wrote\n"


def test_frames_up_the_stack_hold_nothing_but_the_job(printed: Printed) -> None:
    search = """
import sys
names, frame = set(), sys._getframe()
while frame:
    names |= set(frame.f_locals) | set(frame.f_globals)
    frame = frame.f_back
print(sorted(names & {'reference', 'hidden', 'checks', 'expected', 'module', 'worlds', 'control'}))
"""
    assert printed(search).strip() == "[]"
