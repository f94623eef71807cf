import io
import stat
from pathlib import Path
from typing import Any

import pandas as pd
import polars as pl
import pytest

from grading.checks.inputs import learner_tables
from grading.checks.registry import load_checks
from grading.course import Module, course_names, load_course
from grading.data import Excerpt, Recipe, as_file, data_secret, dataset_names, load_recipe, secret_number, secret_rng
from grading.errors import DataError, FormatError
from grading.excerpt import excerpt
from grading.worlds import PooledWorlds, build_dataset, is_built


def test_every_module_has_its_data_set_and_every_data_set_its_card() -> None:
    for name in course_names():
        for module in load_course(name).loaded:
            assert load_recipe(module.data.dataset).pool.hidden >= 1
    for name in dataset_names():
        assert (load_recipe(name).folder / "CARD.md").is_file()


def test_the_secret_is_made_once_and_is_nobody_elses_to_read(tmp_path: Path) -> None:
    secret = data_secret(tmp_path)
    assert len(secret) == 32
    assert data_secret(tmp_path) == secret
    file = tmp_path / "secrets" / "data_secret"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700
    assert [path.name for path in file.parent.iterdir()] == ["data_secret"]


def test_draws_depend_on_the_secret_and_on_every_name() -> None:
    numbers = {
        secret_number(b"a", "x", "y"), secret_number(b"b", "x", "y"), secret_number(b"a", "xy"),
        secret_number(b"a", "x", "y", ""), secret_number(b"a", "y", "x"),
    }  # fmt: skip
    assert len(numbers) == 5
    assert secret_rng(b"a", "x").random() == secret_rng(b"a", "x").random()


def test_what_a_learner_reads_is_what_marking_compares_with(los: Module, worlds: Any) -> None:
    tables = learner_tables(load_checks(los), b"s", "wang", worlds)
    read = pd.read_csv(
        io.BytesIO(as_file("stays.csv", tables["stays.csv"])), parse_dates=["admitted_at", "discharged_at"]
    )
    pd.testing.assert_frame_equal(read, tables["stays.csv"], check_dtype=False)


def test_a_month_of_beds_has_open_stays_edges_and_no_future(los: Module, worlds: Any) -> None:
    for key in ("a", "b", "c"):
        tables = learner_tables(load_checks(los), b"s", key, worlds)
        stays, case = tables["stays.csv"], tables["case.csv"].iloc[0]
        assert stays["discharged_at"].isna().any()
        assert (stays["admitted_at"] < case["start"]).any()
        assert stays["admitted_at"].max() <= case["now"]
        assert stays["discharged_at"].max() <= case["now"]
        assert (case["end"] - case["start"]).days == 28
        assert case["end"] < case["now"]


@pytest.mark.parametrize("name", ["a.csv", "a.parquet", "a.json"])
def test_tables_become_files_by_their_ending(name: str) -> None:
    table = pd.DataFrame({"名称": ["血钾"], "value": [4.1]})
    read = {".csv": pd.read_csv, ".parquet": pd.read_parquet, ".json": pd.read_json}[Path(name).suffix]
    pd.testing.assert_frame_equal(read(io.BytesIO(as_file(name, table))), table, check_dtype=False)


def test_another_ending_is_refused() -> None:
    with pytest.raises(DataError, match=r"is \.csv, \.parquet or \.json"):
        as_file("a.pickle", pd.DataFrame())


@pytest.fixture
def clinic(tmp_path: Path) -> Recipe:
    folder = tmp_path / "datasets" / "small"
    folder.mkdir(parents=True)
    (folder / "dataset.yaml").write_text(
        "title: {zh: 小, en: small}\nabout: {zh: 小, en: small}\n"
        "scenario: clinic\noverrides: {days: 3, warmup_days: 2}\n"
        "tables: {bed_stay: all, ward: [ward_id, code]}\npool: {learner: 1, hidden: 1}\n",
        encoding="utf-8",
    )
    return load_recipe("small", tmp_path / "datasets")


@pytest.mark.slow
def test_a_pool_is_built_once_and_its_worlds_differ(clinic: Recipe, tmp_path: Path) -> None:
    state = tmp_path / "state"
    assert sorted(build_dataset(clinic, state)) == [("hidden", 0), ("learner", 0)]
    assert list(build_dataset(clinic, state)) == []
    worlds = PooledWorlds(clinic, state)
    assert worlds.learner(5)["ward"].columns == ["ward_id", "code"]
    assert not worlds.learner(0)["bed_stay"].equals(worlds.hidden(0)["bed_stay"])
    with pytest.raises(KeyError, match="not among the tables"):
        worlds.learner(0)["charge"]
    texts = "".join(file.read_text() for file in (state / "datasets").rglob("*.json"))
    assert "seed" not in texts


@pytest.mark.slow
def test_a_world_that_was_left_half_built_is_built_again(clinic: Recipe, tmp_path: Path) -> None:
    state = tmp_path / "state"
    half = state / "datasets" / "small" / "learner-0"
    half.mkdir(parents=True)
    (half / "ward.parquet").write_bytes(b"half")
    assert not is_built(clinic, state, "learner", 0)
    assert PooledWorlds(clinic, state).learner(0)["ward"].height > 0
    changed = clinic.model_copy(update={"overrides": {"days": 2, "warmup_days": 2}})
    assert not is_built(changed, state, "learner", 0)


@pytest.fixture
def written(tmp_path: Path) -> Recipe:
    """The recipe of the notes at a size that a test can wait for."""
    recipe = load_recipe("county-notes")
    return recipe.model_copy(update={"overrides": {"days": 6, "warmup_days": 6, "scale": 0.4}})


@pytest.mark.slow
def test_a_data_set_may_hold_notes_and_learners_see_the_annotation_of_their_sample_alone(
    written: Recipe, tmp_path: Path
) -> None:
    world = PooledWorlds(written, tmp_path / "state", b"s").learner(0)
    assert set(world) == set(written.tables)
    span = world["note_span"].join(world["note"], on="note_id").filter(pl.col("language") == "en").row(0, named=True)
    assert span["text_en"][span["start"] : span["end"]] == span["surface"]

    module = next(module for module in load_course("his").loaded if module.id == "text")
    files = load_checks(module).files(world, secret_rng(b"s", "wang"))
    notes, sample = files["notes.csv"], files["sample.csv"]
    annotated = set(sample["note_id"])
    assert len(annotated) < len(notes)
    assert annotated <= set(notes["note_id"])
    assert not {"start", "end", "surface", "negated", "value_zh"} & set(notes)
    stated = sample[sample["field"].str.startswith(("symptom", "problem"))]
    texts = notes.set_index("note_id")
    for row in stated.itertuples():
        assert row.value in texts.at[row.note_id, f"text_{row.language}"].lower()


@pytest.fixture
def known(tmp_path: Path) -> Recipe:
    folder = tmp_path / "datasets" / "known"
    folder.mkdir(parents=True)
    (folder / "dataset.yaml").write_text(
        "title: {zh: 知识, en: known}\nabout: {zh: 知识, en: known}\n"
        "knowledge: {diseases: 0.5, relations: 0.9}\n"
        "tables: {node: all, relation: all, disease: [id, episodes_per_100k]}\n"
        "beside: [names]\npool: {learner: 1, hidden: 1}\n",
        encoding="utf-8",
    )
    (folder / "names.csv").write_text("id,label\nsymptom:fever,发烧\n", encoding="utf-8")
    return load_recipe("known", tmp_path / "datasets")


def test_worlds_from_the_knowledge_know_different_diseases_and_name_no_others(known: Recipe, tmp_path: Path) -> None:
    worlds = PooledWorlds(known, tmp_path / "state", b"s")
    ours, theirs = worlds.learner(0), worlds.hidden(0)
    assert ours["names"]["label"].to_list() == ["发烧"]
    assert ours["disease"].columns == ["id", "episodes_per_100k"]
    assert (ours["disease"]["episodes_per_100k"] > 0).all()
    assert set(ours["disease"]["id"]) ^ set(theirs["disease"]["id"])
    for world in (ours, theirs):
        relation, ids = world["relation"], set(world["node"]["id"])
        assert set(relation["subject"]) | set(relation["object"]) == ids
        assert {name for name in ids if name.startswith("disease:")} == set(world["disease"]["id"])


def test_an_excerpt_keeps_the_shares_it_is_told_and_every_place_in_the_order() -> None:
    every = excerpt(Excerpt(diseases=1, relations=1), 1)
    some = excerpt(Excerpt(diseases=0.5, relations=0.8), 1)
    assert some["disease"].height / every["disease"].height == pytest.approx(0.5, abs=0.06)
    mine = pl.col("subject").is_in(some["disease"]["id"].to_list())
    shown = pl.col("predicate") == "shows_symptom"
    kept = some["relation"].filter(shown).height / every["relation"].filter(mine, shown).height
    assert kept == pytest.approx(0.8, abs=0.06)
    assert some["relation"].filter(pl.col("predicate") == "of_family").height == some["disease"].height


def test_what_stands_beside_a_recipe_is_part_of_its_fingerprint_and_must_be_there(known: Recipe) -> None:
    before = known.fingerprint
    (known.folder / "names.csv").write_text("id,label\nsymptom:fever,发热\n", encoding="utf-8")
    assert known.fingerprint != before
    (known.folder / "names.csv").unlink()
    with pytest.raises(DataError, match=r"there is no names\.csv"):
        _ = known.fingerprint


@pytest.mark.parametrize(("old", "new"), [("scenario: clinic\n", ""), ("scenario:", "knowledge: {diseases: 1}\nscenario:")])
def test_a_recipe_has_exactly_one_source(clinic: Recipe, old: str, new: str) -> None:
    file = clinic.folder / "dataset.yaml"
    file.write_text(file.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")
    with pytest.raises(FormatError, match="exactly one of these keys"):
        load_recipe("small", clinic.folder.parent)


def test_a_recipe_with_a_wrong_key_says_what_would_be_right(clinic: Recipe) -> None:
    file = clinic.folder / "dataset.yaml"
    file.write_text(file.read_text(encoding="utf-8").replace("scenario:", "scenaro:"), encoding="utf-8")
    with pytest.raises(FormatError, match=r"dataset\.yaml: (scenaro|scenario)"):
        load_recipe("small", clinic.folder.parent)
    with pytest.raises(DataError, match="there is: small"):
        load_recipe("smal", clinic.folder.parent)
