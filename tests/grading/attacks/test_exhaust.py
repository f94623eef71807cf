"""What a submission tries to use up."""

import subprocess
import sys
import time
from collections.abc import Callable

import psutil
import pytest

from grading.errors import LearnerError
from grading.sandbox import Sandbox, Session

Printed = Callable[[str], str]


def refused(session: Session, name: str, *args: object) -> str:
    with pytest.raises(LearnerError) as caught:
        session.ask(name, *args)
    return caught.value.kind


def test_a_fork_bomb_meets_its_limit_and_the_next_job_runs(printed: Printed) -> None:
    bomb = """
import os, time
made = 0
try:
    for _ in range(200):
        if os.fork() == 0:
            time.sleep(60)
            os._exit(0)
        made += 1
except OSError as error:
    print('stopped', made < 60, type(error).__name__)
"""
    begun = time.monotonic()
    assert "stopped True BlockingIOError" in printed(bomb)
    assert printed("print('next')") == "next\n"
    assert time.monotonic() - begun < 30


def test_five_gigabytes_are_refused(printed: Printed) -> None:
    assert "MemoryError" in printed("b = bytearray(5 << 30)")


def test_many_processes_may_not_share_out_the_memory(box: Sandbox) -> None:
    hog = (
        "import os, time\nfor _ in range(4):\n    if os.fork() == 0:\n"
        "        b = bytearray(os.urandom(1 << 20)) * 300\n        time.sleep(20)\ntime.sleep(20)"
    )
    with box.run([hog], {}) as session:
        assert session.over == "too_large"


def test_a_file_of_eighty_megabytes_is_refused(printed: Printed) -> None:
    text = printed(
        "import signal; signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "open('big', 'wb').write(bytes(80 << 20))\nimport os; print(os.path.getsize('big'))"
    )
    assert "OSError" in text or "File too large" in text or "No space" in text


def test_many_files_fill_only_the_private_folder(printed: Printed) -> None:
    fill = (
        "n = 0\ntry:\n    for i in range(20):\n"
        "        open(f'f{i}', 'wb').write(bytes(16 << 20)); n += 1\nexcept OSError as e:\n"
        "    print(n, e.strerror)"
    )
    assert "No space left on device" in printed(fill)
    assert printed("import shutil; print(shutil.disk_usage('/tmp').used < 1 << 20)") == "True\n"


def test_an_endless_cell_is_stopped_and_the_others_run(box: Sandbox) -> None:
    with box.run(["x = 1", "while True: pass", "y = x + 1"]) as session:
        assert session.over is None
        assert session.cells[1].outputs[0]["ename"] == "CellTimeoutError"
        assert session.ask.value("y") == 2


def test_an_endless_cell_that_swallows_its_end_costs_the_attempt(box: Sandbox) -> None:
    with box.run(
        ["import time\nwhile True:\n    try:\n        time.sleep(1)\n    except BaseException:\n        pass"]
    ) as session:
        assert session.over == "timeout"
        assert refused(session, "f") == "timeout"


def test_an_endless_answer_is_stopped_and_the_next_question_is_answered(box: Sandbox) -> None:
    with box.run(["def slow(): \n    while True: pass\ndef quick(): return 1"]) as session:
        assert refused(session, "slow") == "timeout"
        assert session.ask("quick") == 1


def test_an_answer_that_hides_from_the_alarm_is_stopped_too(box: Sandbox) -> None:
    hide = (
        "import signal, time\ndef slow():\n    signal.signal(signal.SIGALRM, signal.SIG_IGN)\n"
        "    time.sleep(60)\ndef quick(): return 1"
    )
    with box.run([hide]) as session:
        assert refused(session, "slow") == "timeout"
        assert session.ask("quick") == 1


def test_all_questions_together_have_an_end(box: Sandbox) -> None:
    with box.run(["import time\ndef slow(): time.sleep(60)"]) as session:
        begun = time.monotonic()
        for _ in range(40):
            refused(session, "slow")
        assert time.monotonic() - begun < 300


def test_a_flood_of_output_is_cut(box: Sandbox) -> None:
    with box.run(["while True: print('x' * 10_000)", "print('after')"]) as session:
        size = sum(len(str(output)) for cell in session.cells for output in cell.outputs)
        assert size < 1 << 20


def test_a_flood_of_pictures_is_cut(box: Sandbox) -> None:
    with box.run(
        ["from IPython.display import display, HTML\nfor i in range(1000): display(HTML('<b>x</b>'))"]
    ) as session:
        assert len(session.cells[0].outputs) <= 51


def test_a_flood_below_python_goes_nowhere(box: Sandbox) -> None:
    with box.run(["import os\nfor _ in range(100): os.write(1, b'x' * 65536)", "print(1)"]) as session:
        assert session.over is None
        assert session.cells[0].outputs == []


def test_output_during_a_question_is_dropped(box: Sandbox) -> None:
    with box.run(["def f():\n    for _ in range(10**4): print('x' * 1000)\n    return 7"]) as session:
        assert session.ask("f") == 7


@pytest.mark.parametrize(
    "answer",
    ["'x' * (64 << 20)", "np.zeros(10**7)", "pd.DataFrame({'a': np.zeros(10**7)})", "[0] * 10**7", "10 ** (10 ** 5)"],
)
def test_an_answer_far_too_large_is_refused(box: Sandbox, answer: str) -> None:
    with box.run([f"import numpy as np, pandas as pd\ndef f(): return {answer}\ndef g(): return 1"]) as session:
        assert refused(session, "f") in {"too_large", "timeout"}
        assert session.ask("g") == 1


@pytest.mark.parametrize(
    "deep", ["x = []\nfor _ in range(10**5): x = [x]", "x = []\nx.append(x)", "x = {}\nx['x'] = x"]
)
def test_an_answer_nested_without_end_is_refused(box: Sandbox, deep: str) -> None:
    with box.run([deep, "y = 1"]) as session:
        with pytest.raises(LearnerError) as caught:
            session.ask.value("x")
        assert caught.value.kind == "not_plain"
        assert session.ask.value("y") == 1


def test_open_files_are_limited(printed: Printed) -> None:
    assert "Too many open files" in printed("f = [open('/dev/null') for _ in range(5000)]")


def test_nothing_of_a_job_outlives_it_outside(box: Sandbox, printed: Printed) -> None:
    def processes() -> set[int]:
        return {process.pid for process in psutil.Process(box._pid()).children(recursive=True)}

    printed("print(1)")
    before = processes()
    printed("import os, time\nfor _ in range(5):\n    if os.fork() == 0: time.sleep(60)")
    assert processes() == before
    assert len(before) == 2, "bubblewrap's first process and the fork server"


ORPHAN = """
import sys
from grading.sandbox import Sandbox
with Sandbox() as box:
    print("ready", flush=True)
    with box.run(["import os, time\\nos.fork()\\nos.setsid() if os.getpid() > 2 else None\\ntime.sleep(300)"]):
        pass
"""


def test_nothing_is_left_when_the_marker_is_killed() -> None:
    marker = subprocess.Popen([sys.executable, "-c", ORPHAN], stdout=subprocess.PIPE)
    assert marker.stdout is not None
    assert marker.stdout.readline() == b"ready\n"
    time.sleep(1)
    started = psutil.Process(marker.pid).children(recursive=True)
    assert len(started) > 4
    marker.kill()
    marker.wait()
    assert psutil.wait_procs(started, timeout=10)[1] == []
