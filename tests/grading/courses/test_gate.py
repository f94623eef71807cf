"""`course check`: the matrix tells right from wrong, in the real sandbox; and the commands around it."""

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from rich.console import Console
from typer.testing import CliRunner

from grading.answers import Expected, all_answers, shortcomings
from grading.checks.engine import ItemVerdict, PartVerdict
from grading.cli import course, dataset
from grading.course import Module, course_names, load_course
from grading.errors import FormatError, GradingError
from grading.gate import own_state, difference, gate_recipe, try_module, worlds_for
from grading.matrix import matrix, summary
from grading.skeleton import new_module

NEEDS_USER = pytest.mark.skipif(os.geteuid() == 0, reason="nothing is run as root")
WRONG = Path("answers") / "wrong" / "stays_in"


@pytest.fixture(scope="module")
def state(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A state folder in which the worlds of the gate are built."""
    folder = tmp_path_factory.mktemp("state")
    list(worlds_for(gate_recipe(load_course("his").module("los")), folder))
    return folder


def verdict(points: float, *names: str, form: str | None = None, stopped: str | None = None) -> ItemVerdict:
    parts = (PartVerdict(None, points, 4, form),)
    return ItemVerdict("a", points, 4, parts, names, {}, stopped)


@pytest.mark.parametrize(
    ("came", "expected", "got"),
    [
        (verdict(4), Expected(4), None),
        (verdict(3), Expected(4), "3/4"),
        (verdict(0, "anything"), Expected(0), None),
        (verdict(2, "this"), Expected(2, frozenset({"this"}), exact=True), None),
        (verdict(2, "this", "that"), Expected(2, frozenset({"this"}), exact=True), "2/4 that this"),
        (verdict(2), Expected(2, frozenset({"this"}), exact=True), "2/4"),
        (verdict(0, form="form_index"), Expected(0, reasons=frozenset({"form_index"}), exact=True), None),
        (verdict(0, stopped="timeout"), Expected(0, reasons=frozenset({"raised"}), exact=True), "0/4 timeout"),
    ],
)
def test_a_difference_is_another_mark_or_other_misconceptions(
    came: ItemVerdict, expected: Expected, got: str | None
) -> None:
    assert difference(came, expected) == got


@pytest.mark.parametrize(
    ("first", "says"),
    [
        ("def stays_in(stays, ward):", "the first line says mark and misconceptions"),
        ("# expect: 0/3 whole_hospital", "the first line says mark and misconceptions"),
        ("# expect: 2/2", "the first line says mark and misconceptions"),
        ("# expect: 0/2 hole_hospital", "no such name under MISCONCEPTIONS"),
    ],
)
def test_a_wrong_answer_must_say_what_is_expected_of_it(module: Module, first: str, says: str) -> None:
    file = module.folder / WRONG / "whole_hospital.py"
    file.write_text(first + "\n" + file.read_text(encoding="utf-8").partition("\n")[2], encoding="utf-8")
    with pytest.raises(FormatError, match=says):
        all_answers(module)


def test_too_few_answers_prove_nothing(module: Module) -> None:
    assert shortcomings(module) == []
    (module.folder / WRONG / "whole_hospital.py").unlink()
    (module.folder / "answers" / "right" / "loop.py").unlink()
    assert len(shortcomings(module)) == 2
    assert summary(module, [])[0] is False


@NEEDS_USER
def test_the_skeleton_is_proven_as_it_is(module: Module, state: Path) -> None:
    tried = list(try_module(module, state, seeds=3))
    fine, text = summary(module, tried)
    assert fine, text
    assert {one.answer.kind for one in tried} == {"reference", "right", "wrong", "stub", "attack"}
    drawn = Console(width=200, record=True, file=open(os.devnull, "w", encoding="utf-8"))  # noqa: SIM115, PTH123 - nothing is written
    drawn.print(matrix(module, tried))
    assert "whole_hospital" in drawn.export_text()


def test_worlds_of_another_simulator_prove_nothing_and_go(tmp_path: Path) -> None:
    old = tmp_path / "check" / "0123456789abcdef" / "datasets"
    old.mkdir(parents=True)
    mine = own_state(tmp_path)
    assert mine == own_state(tmp_path)
    assert mine.parent == tmp_path / "check"
    assert not old.exists()


MODULES = [module for name in course_names() for module in load_course(name).loaded]


@NEEDS_USER
@pytest.mark.slow
@pytest.mark.timeout(1200)  # a hundred answers, each marked in a sandbox
@pytest.mark.parametrize("module", MODULES, ids=lambda module: f"{module.course}-{module.id}")
def test_every_module_here_is_proven(module: Module, state: Path) -> None:
    """One draw here; `xinglin course check` makes twenty."""
    list(worlds_for(gate_recipe(module), state))
    fine, text = summary(module, list(try_module(module, state, seeds=1)))
    assert fine, text


def softer(text: str) -> str:
    return text.replace("usual = close(got, want)", "usual = close(got, want, within=10**6)")


def deaf(text: str) -> str:
    return text.replace("other_wards=got ==", "other_wards=got !=")


def harsher(text: str) -> str:
    return text.replace("usual = close(got, want)", "usual = close(got, want + 1)")


@NEEDS_USER
@pytest.mark.parametrize("breaks", [softer, deaf, harsher])
def test_a_broken_check_is_found(module: Module, state: Path, breaks: Callable[[str], str]) -> None:
    text = module.checks.read_text(encoding="utf-8")
    assert breaks(text) != text
    module.checks.write_text(breaks(text), encoding="utf-8")
    fine, said = summary(module, list(try_module(module, state, seeds=1)))
    assert not fine
    assert "not proven" in said


@pytest.fixture
def code(tmp_path: Path, write: Callable[..., Path], state: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A code folder with the course `tiny`, and the state folder of these tests."""
    write(tmp_path / "courses")
    file = tmp_path / "courses" / "tiny" / "course.yaml"
    file.write_text(file.read_text(encoding="utf-8").replace("modules:\n- one", "modules: [one]"), encoding="utf-8")
    shutil.copytree(load_course("his").folder.parents[1] / "datasets", tmp_path / "datasets")
    monkeypatch.setenv("XINGLIN_CODE", str(tmp_path))
    monkeypatch.setenv("XINGLIN_STATE", str(state))
    return tmp_path


@NEEDS_USER
def test_course_check_exits_1_when_a_check_is_broken_and_0_when_not(code: Path) -> None:
    arguments = ["check", "tiny/one", "--seeds", "1"]
    done = CliRunner().invoke(course, arguments)
    assert done.exit_code == 0, done.output
    checks = code / "courses" / "tiny" / "one" / "checks.py"
    checks.write_text(softer(checks.read_text(encoding="utf-8")), encoding="utf-8")
    assert CliRunner().invoke(course, arguments).exit_code == 1


@NEEDS_USER
def test_a_new_module_passes_course_check(code: Path) -> None:
    made = CliRunner().invoke(course, ["new", "tiny/two"])
    assert made.exit_code == 0, made.output
    assert load_course("tiny").modules == ("one", "two")
    assert CliRunner().invoke(course, ["check", "tiny/two", "--seeds", "1"]).exit_code == 0
    assert (code / "courses" / "tiny" / "two" / "assignment.py").is_file()


def test_a_new_module_never_overwrites_and_needs_a_course(code: Path) -> None:
    assert code.is_dir()
    for what, says in (("tiny/one", "exists already"), ("tiny", "COURSE/MODULE"), ("huge/one", "there is no course")):
        with pytest.raises(GradingError, match=says):
            new_module(what, "county-beds")


@NEEDS_USER
def test_a_preview_shows_both_editions_with_outputs_and_without_solutions(code: Path) -> None:
    done = CliRunner().invoke(course, ["preview", "tiny/one", "--out", str(code / "preview")])
    assert done.exit_code == 0, done.output
    chinese, english = ((code / "preview" / f"one.{lang}.html").read_text(encoding="utf-8") for lang in ("zh", "en"))
    assert "标题：一个真实的问题" in chinese
    assert "Title: a real question" in english
    assert "admitted_at" in english
    assert "END SOLUTION" not in english
    assert "https://cdn" not in english


def test_data_sets_are_listed(code: Path) -> None:
    assert code.is_dir()
    done = CliRunner().invoke(dataset, ["list"])
    assert done.exit_code == 0
    assert "county-beds" in done.output
