import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import polars as pl
import pytest

from simulator import World, load_scenario
from simulator.errors import KnowledgeError
from simulator.knowledge import load_knowledge
from simulator.notes import notes
from simulator.notes.door import EVENTS
from simulator.notes.settings import load_settings
from simulator.notes.templates import compiled, load_templates
from simulator.output import clinical, produce
from simulator.output.production import Means
from simulator.output.units import write_table
from simulator.schema import OPTIONAL, TABLES
from simulator.validation import check_world
from simulator.validation.report import altered

SEED = 11
PEOPLE = {"registry", "people"}
TIMELESS = {"person", "condition", "episode", "linkage"}
ROUTINE = {"order": {"status": "active"}, "administration": {"status": "held"}}
"""What a row's later fate decides and has no time of its own: it is set to the same value everywhere."""


@pytest.fixture(scope="module")
def written(small_county: World) -> dict[str, pl.DataFrame]:
    return notes(small_county, seed=SEED)


def times_of(name: str) -> tuple[list[str], list[str]]:
    """Columns with a time: those that every row has, and those that may be empty."""
    columns = [column for column in TABLES[name].columns if column.dtype == "time"]
    return [one.name for one in columns if not one.nullable], [one.name for one in columns if one.nullable]


def as_of(world: World, now: dt.datetime) -> World:
    """The world as it was recorded at `now`, made without the door: later rows are gone, later times are empty."""
    tables: dict[str, pl.DataFrame] = {}
    for name in world:
        table = world[name]
        if TABLES[name].group not in PEOPLE and name not in TIMELESS and name not in OPTIONAL:
            always, later = times_of(name)
            table = table.filter(*(pl.col(one) <= now for one in always))
            table = table.with_columns(pl.when(pl.col(one) <= now).then(pl.col(one)).alias(one) for one in later)
            changed = ROUTINE.get(name, {})
            table = table.with_columns(
                pl.lit(value).cast(table.schema[key]).alias(key) for key, value in changed.items()
            )
        if name == "encounter":
            open_, unseen = pl.col("ended_at").is_null(), pl.col("seen_at").is_null()
            table = table.with_columns(
                outcome=pl.when(~open_).then("outcome"), doctor_id=pl.when(~unseen).then("doctor_id")
            )
        tables[name] = table
    return World(world.scenario, tables)


def moments(written: dict[str, pl.DataFrame]) -> Iterator[dt.datetime]:
    """The times of some notes, through the whole period."""
    times = written["note"]["written_at"].sort()
    for nth in range(4):
        yield times[(2 * nth + 1) * len(times) // 8]


def test_no_note_knows_the_future(small_county: World, written: dict[str, pl.DataFrame]) -> None:
    for now in moments(written):
        again = notes(as_of(small_county, now), seed=SEED)
        before = written["note"].filter(pl.col("written_at") <= now)
        assert len(before) > 50
        assert again["note"].filter(pl.col("written_at") <= now).equals(before)
        spans = written["note_span"].join(before.select("note_id"), on="note_id", how="semi", maintain_order="left")
        mine = again["note_span"].join(before.select("note_id"), on="note_id", how="semi", maintain_order="left")
        assert mine.equals(spans)


def test_an_altered_past_changes_notes(small_county: World, written: dict[str, pl.DataFrame]) -> None:
    """Otherwise the test above would prove nothing."""
    warmer = small_county["vital_sign"].with_columns((pl.col("temperature") + 1).cast(pl.Float32))
    tables = {name: small_county[name] for name in small_county} | {"vital_sign": warmer}
    again = notes(World(small_county.scenario, tables), seed=SEED)
    assert not again["note"]["text_zh"].equals(written["note"]["text_zh"])


def test_the_door_opens_no_column_before_its_time() -> None:
    for name, source in EVENTS.items():
        table = TABLES[source.table]
        later = [one for one in source.columns if table[one].dtype == "time" and table[one].nullable]
        assert later == [], name
        assert "outcome" not in source.columns or source.at == "ended_at"
        assert "status" not in source.columns
        assert "doctor_id" not in source.columns or name in {"seen", "procedure"}


def test_every_span_is_what_stands_there_and_known_by_then(written: dict[str, pl.DataFrame]) -> None:
    note = {row["note_id"]: row for row in written["note"].iter_rows(named=True)}
    assert len(written["note_span"]) > 50_000
    for row in written["note_span"].iter_rows(named=True):
        text = note[row["note_id"]][f"text_{row['language']}"]
        assert text[row["start"] : row["end"]] == row["surface"]
        assert row["stated_at"] <= note[row["note_id"]]["written_at"]


def test_both_languages_state_the_same_facts(written: dict[str, pl.DataFrame]) -> None:
    columns = [
        name
        for name in written["note_span"].columns
        if name not in {"note_span_id", "language", "start", "end", "surface"}
    ]
    zh, en = (
        written["note_span"].filter(pl.col("language") == one).select(columns).sort(columns) for one in ("zh", "en")
    )
    assert zh.equals(en)


def test_notes_hold_what_makes_them_hard_to_read(written: dict[str, pl.DataFrame]) -> None:
    """Negation, uncertainty, relatives, the past, copies and stale copies all occur."""
    spans = written["note_span"]
    for column in ("negated", "uncertain", "historical", "copied", "stale"):
        assert spans[column].sum() > 20, column
        assert (~spans[column]).sum() > 20, column
    assert set(spans["experiencer"].unique()) == {"patient", "family"}
    assert (spans["stale"] <= spans["copied"]).all()


def test_nobody_denies_a_symptom_they_have(written: dict[str, pl.DataFrame]) -> None:
    symptoms = written["note_span"].filter(pl.col("label") == "symptom")
    both = symptoms.group_by("note_id", "concept").agg(pl.col("negated").n_unique())
    assert both["negated"].max() == 1


def test_a_fever_on_the_chart_is_not_denied(written: dict[str, pl.DataFrame]) -> None:
    spans, settings = written["note_span"].filter(~pl.col("copied")), load_settings()
    hot = spans.filter(
        pl.col("concept") == "temperature",
        pl.col("value").cast(pl.String).cast(pl.Float64, strict=False) >= settings.fever_cel,
    )
    denied = spans.filter(pl.col("concept") == "fever", pl.col("negated"))
    assert len(hot) > 10
    assert denied.join(hot, on="note_id", how="semi").is_empty()


def test_histories_fit_sex_and_age(small_county: World, written: dict[str, pl.DataFrame]) -> None:
    spans = (
        written["note_span"]
        .join(written["note"].select("note_id", "encounter_id"), on="note_id")
        .join(small_county["encounter"].select("encounter_id", "patient_id", "age_years"), on="encounter_id")
        .join(small_county["patient"].select("patient_id", "sex"), on="patient_id")
    )
    periods = spans.filter(pl.col("concept").is_in(["menopause", "regular_periods"]))
    assert set(periods["sex"].unique()) == {"female"}
    assert spans.filter(pl.col("concept") == "smoking")["age_years"].min() >= load_settings().smoking_from
    only = {key: one.only for key, one in load_knowledge().diseases.items() if one.only}
    for concept, sex in spans.filter(pl.col("label") == "disease").select("concept", "sex").unique().rows():
        assert only.get(concept, sex) == sex, concept


def test_orders_do_not_say_examination_twice(written: dict[str, pl.DataFrame]) -> None:
    assert not written["note"]["text_zh"].str.contains("检查检查").any()


def test_without_copying_nothing_is_copied(small_county: World) -> None:
    never = load_settings().copy_forward.model_copy(
        update={"subjective": 0.0, "objective": 0.0, "assessment": 0.0},
    )
    made = notes(small_county, seed=SEED, settings=load_settings().model_copy(update={"copy_forward": never}))
    assert made["note_span"]["copied"].sum() == 0


def test_every_sentence_has_several_wordings_or_a_reason(written: dict[str, pl.DataFrame]) -> None:
    templates = load_templates()
    varied = [name for name, (zh, en) in templates.items() if len(zh) > 1 and len(en) > 1]
    assert len(varied) > 0.7 * len(templates)
    assert written["note"]["text_zh"].n_unique() > 0.5 * len(written["note"])


def test_a_sentence_whose_languages_disagree_is_refused() -> None:
    with pytest.raises(KnowledgeError, match="past: all wordings must have the same slots"):
        compiled("past", {"zh": ["有{names}史。"], "en": ["Known to be ill."]})
    with pytest.raises(KnowledgeError, match="past: must have exactly zh and en"):
        compiled("past", {"zh": ["有{names}史。"]})


def test_a_run_that_stopped_amid_its_notes_goes_on_with_them_or_without(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    scenario = load_scenario("clinic", days=4)
    whole = produce(scenario, tmp_path / "whole", seed=3, database=False, notes=True, means=Means(size=100))
    broken = iter([write_table] * 3)

    def write_some(frame: pl.DataFrame, path: Path) -> None:
        try:
            next(broken)(frame, path)
        except StopIteration:
            raise KeyboardInterrupt from None

    for name, with_notes in (("with", True), ("without", False)):
        broken = iter([write_table] * 3)
        with monkeypatch.context() as patch:
            patch.setattr(clinical, "write_table", write_some)
            with pytest.raises(KeyboardInterrupt):
                produce(scenario, tmp_path / name, seed=3, database=False, notes=True, means=Means(size=100))
        made = produce(scenario, tmp_path / name, seed=3, database=False, notes=with_notes, means=Means(size=100))
        assert altered(made) == ()
        assert (set(World.read(made)) >= OPTIONAL) == with_notes
        for table in World.read(made):
            assert World.read(made)[table].equals(World.read(whole)[table])


def test_notes_on_disk_are_coherent_and_the_same_whoever_writes_them(tmp_path: Path) -> None:
    scenario = load_scenario("clinic", days=4)
    one = produce(scenario, tmp_path / "one", seed=3, database=False, notes=True)
    two = produce(scenario, tmp_path / "two", seed=3, database=False, notes=True, means=Means(workers=2))
    bare = produce(scenario, tmp_path / "bare", seed=3, database=False)
    assert set(World.read(one)) - set(World.read(bare)) == OPTIONAL
    for name in World.read(one):
        assert World.read(one)[name].equals(World.read(two)[name])
        assert name in OPTIONAL or World.read(one)[name].equals(World.read(bare)[name])
    in_memory = notes(World.read(bare), seed=3)
    assert all(World.read(one)[name].equals(in_memory[name]) for name in OPTIONAL)
    assert check_world(World.read(one), one).coherent
    assert check_world(World.read(bare), bare).coherent
