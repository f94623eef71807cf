from typing import Any

import pandas as pd
import pytest

from grading.checks.engine import ItemVerdict, mark_items
from grading.checks.inputs import Hidden, Reference, learner_tables
from grading.checks.registry import load_checks
from grading.course import Module
from grading.errors import FormatError, GradingError, LearnerError
from grading.messages import LANGUAGES

SECRET = b"a secret of the tests"


class Answers:
    """Stands where the sandbox stands: the functions and values of one learner."""

    def __init__(self, **names: Any) -> None:
        self._names = names

    def __call__(self, name: str, /, *args: object) -> object:
        function = self.value(name)
        try:
            return function(*args)  # type: ignore[operator] # a test may put anything here
        except LearnerError:
            raise
        except Exception as error:
            raise LearnerError("raised", f"{type(error).__name__}: {error}") from error

    def value(self, name: str, /) -> object:
        if name not in self._names:
            raise LearnerError("missing")
        return self._names[name]


def marked(module: Module, worlds: Any, function: object = None, attempt: int = 1) -> ItemVerdict:
    ask = Answers() if function is None else Answers(stays_in=function)
    [verdict] = mark_items(module, ask, learner_key="wang", attempt=attempt, secret=SECRET, worlds=worlds)
    return verdict


def right(stays: pd.DataFrame, ward: str) -> int:
    return int((stays["ward"] == ward).sum())


def test_a_right_answer_earns_everything_and_one_thought_more(module: Module, worlds: Any) -> None:
    verdict = marked(module, worlds, right)
    assert (verdict.points, verdict.max_points, verdict.misconceptions) == (2, 2, ())
    assert "全部正确" in verdict.feedback["zh"]
    assert load_checks(module).texts["INSIGHTS"]["stays_in"]["en"] in verdict.feedback["en"]


def test_a_misconception_is_named_and_explained_in_both_languages(module: Module, worlds: Any) -> None:
    verdict = marked(module, worlds, lambda stays, _ward: len(stays))
    assert (verdict.points, verdict.misconceptions) == (0, ("whole_hospital",))
    for lang in LANGUAGES:
        assert load_checks(module).texts["MISCONCEPTIONS"]["whole_hospital"][lang] in verdict.feedback[lang]


def test_what_was_earned_before_an_error_is_kept(module: Module, worlds: Any) -> None:
    verdict = marked(module, worlds, lambda stays, ward: int(stays["ward"].value_counts()[ward]))
    assert (verdict.points, verdict.stopped) == (1, "raised")
    assert "KeyError" in verdict.feedback["en"]
    assert "The rest could not be marked" in verdict.feedback["en"]


@pytest.mark.parametrize("kind", ["missing", "raised", "timeout", "crashed", "not_plain", "too_large"])
def test_every_way_of_giving_no_answer_is_explained(module: Module, worlds: Any, kind: Any) -> None:
    def fails(*_args: object) -> object:
        raise LearnerError(kind, "detail")

    verdict = marked(module, worlds, fails)
    assert (verdict.points, verdict.stopped) == (0, kind)
    assert all("`stays_in`" in verdict.feedback[lang] for lang in LANGUAGES)


def test_an_untouched_cell_is_called_not_written(module: Module, worlds: Any) -> None:
    def stub(*_args: object) -> object:
        raise NotImplementedError

    assert "not written yet" in marked(module, worlds, stub).feedback["en"]


def test_nothing_that_a_learners_program_says_reaches_the_feedback(module: Module, worlds: Any) -> None:
    def tells(stays: pd.DataFrame, _ward: str) -> object:
        kind = type("Ward" + str(stays["stay_id"].iloc[0]), (Exception,), {})
        raise kind(stays.to_csv())

    verdict = marked(module, worlds, tells)
    hidden = Hidden(load_checks(module), SECRET, "wang", 1, worlds).files()["stays.csv"]
    assert str(hidden["stay_id"].iloc[0]) not in verdict.feedback["en"] + verdict.feedback["zh"]


def test_an_answer_of_unforeseen_form_is_the_learners_and_not_an_error(module: Module, worlds: Any) -> None:
    module.checks.write_text(
        module.checks.read_text(encoding="utf-8").replace(
            "got, want = as_number(", "got, want = (lambda x: x.nothing)("
        ),
        encoding="utf-8",
    )
    verdict = marked(module, worlds, right)
    assert (verdict.points, verdict.stopped) == (0, "form_unreadable")


def test_marking_again_gives_the_same_and_another_attempt_other_inputs(module: Module, worlds: Any) -> None:
    seen: list[pd.DataFrame] = []

    def spy(stays: pd.DataFrame, ward: str) -> int:
        seen.append(stays)
        return right(stays, ward)

    assert marked(module, worlds, spy) == marked(module, worlds, spy)
    assert seen[0].equals(seen[2])
    marked(module, worlds, spy, attempt=2)
    assert not seen[0].equals(seen[4])


def test_learners_files_differ_and_are_the_same_again(module: Module, worlds: Any) -> None:
    checks = load_checks(module)
    first, again, other = (learner_tables(checks, SECRET, key, worlds)["stays.csv"] for key in ("li", "li", "liu"))
    assert first.equals(again)
    assert not first.equals(other)
    assert not first.equals(learner_tables(checks, b"another secret", "li", worlds)["stays.csv"])


def test_hidden_inputs_are_no_learners_files(module: Module, worlds: Any) -> None:
    hidden = Hidden(load_checks(module), SECRET, "li", 1, worlds)
    mine = learner_tables(load_checks(module), SECRET, "li", worlds)["stays.csv"]
    shared = set(hidden.files()["stays.csv"]["admitted_at"]) & set(mine["admitted_at"])
    assert len(shared) < len(mine) / 10, "only minutes that two worlds happen to share"
    assert not hidden.files(0)["stays.csv"].equals(hidden.files(1)["stays.csv"])
    assert hidden.rng("a").integers(2**62) == hidden.rng("a").integers(2**62) != hidden.rng("b").integers(2**62)


def test_the_reference_has_functions_and_leaves_the_notebooks_statements_alone(los: Module) -> None:
    reference = Reference(los)
    assert reference("in_bed_now", pd.DataFrame({"ward": ["a"], "discharged_at": [pd.NaT]}), "a") == 1
    with pytest.raises(GradingError, match="there is no function who_is_right"):
        reference("who_is_right")


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ('@item("stays_in", points=2)', '@item("stays_in", points=3)', "module.yaml says 2 points"),
        ('@item("stays_in", points=2)', '@item("other", points=2)', "has no function here"),
        ("@data\n", "", "exactly one function is decorated with @data"),
        ("def stays_in(ask, hidden, reference)", "def stays_in(ask, hiden, reference)", "hiden"),
        ('"zh": "你数的正好是其他病区。"', '"cn": "你数的正好是其他病区。"', "zh and en"),
        ("import as_number", "import as_nmber", "it must run on its own"),
    ],
)
def test_a_wrong_checks_file_says_what_would_be_right(module: Module, old: str, new: str, says: str) -> None:
    text = module.checks.read_text(encoding="utf-8")
    assert old in text
    module.checks.write_text(text.replace(old, new), encoding="utf-8")
    with pytest.raises(FormatError, match=r"checks\.py") as error:
        load_checks(module)
    assert says in str(error.value)


def test_files_that_module_yaml_does_not_declare_are_refused(module: Module, worlds: Any) -> None:
    text = module.checks.read_text(encoding="utf-8").replace('return {"stays.csv":', 'return {"stay.csv":')
    module.checks.write_text(text, encoding="utf-8")
    with pytest.raises(FormatError, match=r"data\.files: stays\.csv"):
        marked(module, worlds, right)
