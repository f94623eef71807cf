"""What a submission tries to make the marker believe: objects that lie, patched libraries, forged frames."""

import json
import socket
import struct
import threading
import time

import numpy as np
import pandas as pd
import pytest

from grading.checks import close, same
from grading.errors import LearnerError
from grading.sandbox import Sandbox, Session
from grading.sandbox.inside import wire
from grading.sandbox.inside.decode import MalformedError, decode

PLAIN = (type(None), bool, int, float, str, list, tuple, set, dict, pd.Timestamp, pd.Timedelta, np.ndarray)


def outcome(session: Session, name: str, *args: object) -> object:
    """Give the answer, or the kind of refusal."""
    try:
        return session.ask(name, *args)
    except LearnerError as error:
        return error.kind


EQUAL_TO_EVERYTHING = """
import numpy as np, pandas as pd
class Yes(BASE):
    def __eq__(self, other): return True
    def __ne__(self, other): return False
    def __lt__(self, other): return True
    def __gt__(self, other): return True
    def __le__(self, other): return True
    def __ge__(self, other): return True
    def __hash__(self): return 0
    def __sub__(self, other): return 0
    def __rsub__(self, other): return 0
    def __abs__(self): return 0
    def __getattr__(self, name): return lambda *a, **k: self
    def __array__(self, *a, **k): return np.zeros(1)
    def __reduce__(self): return (print, ('unpickled',))
    def __bool__(self): return True
def f(): return MAKE
"""


@pytest.mark.parametrize(
    ("base", "make"),
    [("object", "Yes()"), ("float", "Yes(1)"), ("int", "Yes(1)"), ("str", "Yes('a')"), ("list", "Yes()"),
     ("dict", "Yes()"), ("pd.Series", "Yes([1.0])"), ("object", "[Yes()]"), ("object", "{'a': Yes()}"),
     ("object", "np.array([Yes()], dtype=object)"), ("object", "pd.Series([Yes()], dtype=object)")],
)  # fmt: skip
def test_an_object_equal_to_everything_becomes_plain_data_or_nothing(box: Sandbox, base: str, make: str) -> None:
    with box.run([EQUAL_TO_EVERYTHING.replace("BASE", base).replace("MAKE", make)]) as session:
        answer = outcome(session, "f")
    assert type(answer) in (*PLAIN, pd.Series, pd.DataFrame)
    assert not same(answer, 4711)


def test_a_table_of_a_hostile_class_arrives_as_a_plain_table(box: Sandbox) -> None:
    source = (
        "import pandas as pd\nclass T(pd.DataFrame):\n    def __eq__(self, other): return True\n"
        "    def equals(self, other): return True\ndef f(): return T({'a': [1.0]})"
    )
    with box.run([source]) as session:
        table = session.ask("f")
    assert type(table) is pd.DataFrame
    assert not close(table["a"], pd.Series([2.0]))


def test_patched_libraries_change_nothing_outside(box: Sandbox) -> None:
    patch = """
import json, pandas as pd, numpy as np, pyarrow as pa
pd.testing.assert_frame_equal = lambda *a, **k: None
pd.Series.equals = lambda *a: True
np.allclose = lambda *a, **k: True
def f(): return pd.Series([1.0, 2.0])
"""
    with box.run([patch]) as session:
        answer = session.ask("f")
    assert not close(answer, pd.Series([1.0, 3.0]))
    assert not np.allclose([1.0], [2.0])


def test_a_patched_encoder_can_only_spoil_its_own_answer(box: Sandbox) -> None:
    patch = """
import sys, json
encode = sys.modules['inside.encode']
encode._KINDS = ((object, lambda e, v, d: {'series': [None, None, ['n', '|O', 0, None]]}),)
json.dumps = lambda *a, **k: '{' * 100
def f(): return 1
"""
    with box.run([patch, "1"]) as session:
        assert outcome(session, "f") in {"not_plain", "crashed", "raised"}
    with box.run(["def f(): return 1"]) as session:
        assert session.ask("f") == 1


FIND_SOCKETS = """
import os, socket, stat
def sockets():
    found = []
    for fd in map(int, os.listdir('/proc/self/fd')):
        try:
            if stat.S_ISSOCK(os.fstat(fd).st_mode):
                found.append(fd)
        except OSError:
            pass
    return found
"""


@pytest.mark.parametrize(
    "junk",
    [
        b"\0" * 64,
        b"\xff" * 64,
        struct.pack("!II", 0xFFFFFFFF, 0xFFFFFFFF),
        struct.pack("!II", 2, 0) + b"[]",
        struct.pack("!II", 2, 1) + struct.pack("!Q", 1 << 60) + b"{}",
        struct.pack("!II", 14, 0) + b'{"value": true}'[:14],
        struct.pack("!II", 9, 0) + b'{"id": 1}',
        struct.pack("!II", 15, 0) + b'{"cells": NaN} ',
    ],
)
def test_forged_frames_end_the_job_and_nothing_else(box: Sandbox, junk: bytes) -> None:
    forge = f"for fd in sockets():\n    os.write(fd, {junk!r})\ndef f(): return 1"
    with box.run([FIND_SOCKETS, forge]) as session:
        assert outcome(session, "f") in {"crashed", "too_large", "timeout"}
        assert outcome(session, "f") in {"crashed", "too_large", "timeout"}
    with box.run(["def f(): return 2"]) as session:
        assert session.ask("f") == 2


def test_a_frame_forged_while_answering_is_only_ones_own_answer(box: Sandbox) -> None:
    forge = """
def f():
    import json, struct
    text = json.dumps({'value': 42}).encode()
    for fd in sockets():
        os.write(fd, struct.pack('!II', len(text), 0) + text)
    return 1
def g(): return 3
"""
    with box.run([FIND_SOCKETS, forge]) as session:
        assert outcome(session, "f") in {1, 42, "crashed"}
        assert outcome(session, "g") in {3, "crashed"}
    with box.run(["def g(): return 4"]) as session:
        assert session.ask("g") == 4


def test_a_reply_kept_back_does_not_answer_a_later_question_or_job(box: Sandbox) -> None:
    late = """
def f():
    if os.fork() == 0:
        import time
        os.setsid()
        time.sleep(0.3)
        for fd in sockets():
            try: os.write(fd, b'x' * 100)
            except OSError: pass
        os._exit(0)
    return 1
"""
    with box.run([FIND_SOCKETS, late]) as session:
        assert session.ask("f") == 1
    with box.run(["import time; time.sleep(0.5)\ndef f(): return 5"]) as session:
        assert session.ask("f") == 5


HOSTILE_NODES = [
    {"i": "9" * 5000},
    {"i": "1e9"},
    {"f": "0x1p3"},
    {"ts": ["99999999999999999999", "ns", None]},
    {"ts": ["0", "Y", None]},
    {"ts": ["0", "ns", "../../etc/passwd"]},
    {"td": [0, "ns"]},
    {"a": [["n", "<f8", 0, None], [10**12]]},
    {"a": [["n", "<f8", 0, None], [-1]]},
    {"a": [["n", "|O", 0, None], [1]]},
    {"a": [["n", "<c16", 0, None], [1]]},
    {"a": [["n", "<U4", 0, None], [1]]},
    {"a": [["n", "|b1", 1, None], [8]]},
    {"a": [["n", "<f8", 99, None], [1]]},
    {"a": [["n", "<f8", True, None], [1]]},
    {"a": [["s", 1 << 60, None, 0, 1, "str"], [1]]},
    {"a": [["s", 1, None, 2, 1, "str"], [1]]},
    {"a": [["s", 1, None, 3, 1, "str"], [1]]},
    {"a": [["c", ["n", "|i1", 1, None], ["o", ["a"]], False], [8]]},
    {"a": [["c", ["n", "|i1", 0, None], ["o", ["a", "a"]], False], [8]]},
    {"series": [None, [[None], [["n", "<f8", 0, None]]], ["n", "|i1", 0, None]]},
    {"series": [{"d": []}, [[None], [["n", "<f8", 0, None]]], ["n", "<f8", 0, None]]},
    {"frame": [[[None], ["a", "b"]], [[None], [["n", "<f8", 0, None]]], [["n", "<f8", 0, None]]]},
    {"frame": [[[None, None], ["a"]], [[None], [["n", "<f8", 0, None]]], [["n", "<f8", 0, None]]]},
    {"s": [[1]]},
    {"d": [[[1], 2]]},
    {"d": [[1]]},
    {"unknown": 1},
    {"t": 1, "s": 2},
    {"__class__": "os.system"},
    {"py/object": "os.system"},
    "\ud800",
    {"d": [["\udfff", 1]]},
]


@pytest.mark.parametrize("node", HOSTILE_NODES, ids=lambda node: json.dumps(node)[:50])
def test_a_hostile_answer_is_malformed_and_nothing_else(node: object) -> None:
    buffers = [bytes(8), b"\x02" * 8, struct.pack("<qq", 0, 100), struct.pack("<qq", -5, 3)]
    with pytest.raises(MalformedError):
        decode(node, buffers)


def test_a_small_answer_cannot_grow_large(box: Sandbox) -> None:
    """Nothing is compressed or repeated by reference, so what arrives is about as large as what was sent."""
    shared = "x = ['y' * 1000] * 1000\nz = [x] * 1000"
    with box.run([shared, "def f(): return z"]) as session:
        assert outcome(session, "f") == "too_large"


@pytest.mark.parametrize("text", [b'{"value":[' + b"[]," * 2_000_000 + b"0]}", b'{"a":' + b"{" * 1_500_000])
def test_a_head_of_many_small_parts_is_refused_before_it_is_read(text: bytes) -> None:
    ours, theirs = socket.socketpair()
    sender = threading.Thread(target=lambda: theirs.sendall(struct.pack("!II", len(text), 0) + text))
    sender.start()
    begun = time.monotonic()
    with pytest.raises(wire.BigError):
        wire.receive(ours, 1 << 26, deadline=begun + 20)
    sender.join()


def test_a_long_text_full_of_brackets_is_just_text(box: Sandbox) -> None:
    with box.run(["def f(): return '[,{' * 500_000"]) as session:
        assert session.ask("f") == "[,{" * 500_000


def test_a_flood_of_nan_is_just_numbers(box: Sandbox) -> None:
    with box.run(["import numpy as np\ndef f(): return np.full(10**5, np.nan)"]) as session:
        answer = session.ask("f")
    assert isinstance(answer, np.ndarray)
    assert not close(pd.Series(answer), pd.Series(np.ones(10**5)))


@pytest.mark.parametrize(
    "text", ["'\\ud800'", "{'\\udfff': 1}", "['\\ud800'] * 3", "pd.Series(['\\ud800'], dtype=object)"]
)
def test_text_that_is_not_unicode_is_refused(box: Sandbox, text: str) -> None:
    with box.run([f"import pandas as pd\ndef f(): return {text}"]) as session:
        assert outcome(session, "f") == "not_plain"


def test_an_answer_does_not_see_what_another_question_changed(box: Sandbox) -> None:
    source = "seen = []\ndef f(x):\n    seen.append(x)\n    return len(seen)"
    with box.run([source]) as session:
        assert [session.ask("f", i) for i in range(3)] == [1, 1, 1]
        assert session.ask.value("seen") == []


def test_hidden_inputs_do_not_reach_what_the_learner_reads(box: Sandbox) -> None:
    source = (
        "def f(x):\n    print('LEAK', x)\n    open('/tmp/leak', 'w').write(str(x))\n"
        "    raise ValueError(x)\nimport os\ndef g(): return os.path.exists('/tmp/leak')"
    )
    with box.run([source]) as session:
        with pytest.raises(LearnerError) as caught:
            session.ask("f", "hidden-input-4711")
        assert caught.value.kind == "raised"
        assert all("4711" not in str(cell.outputs) for cell in session.cells)


def test_neither_checks_nor_reference_are_in_the_process(box: Sandbox) -> None:
    look = (
        "import sys\n"
        "names = sorted(m for m in sys.modules if m.split('.')[0] in {'grading', 'simulator', 'hub_config'})"
    )
    with box.run([look]) as session:
        assert session.ask.value("names") == []
