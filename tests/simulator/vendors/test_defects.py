"""Every difference between a clean and a damaged export is a row of the key, and nothing else differs."""

import datetime as dt
import json
from collections import Counter
from pathlib import Path

import polars as pl
import pytest

from simulator import World
from simulator.formats.format import Period
from simulator.formats.rejects import Rejects
from simulator.vendors import export_vendor, load_profile, vendor_names
from simulator.vendors.defects import KEY, DefectEngine, defect_kinds
from simulator.vendors.defects.engine import KINDS, middle
from simulator.vendors.layouts import LAYOUTS
from simulator.vendors.profile import Profile

ALL = dict.fromkeys(defect_kinds(), 0.03) | {"duplicate_patient": 0.3}
Lines = dict[str, Counter[tuple[str, ...]]]


class Watched(DefectEngine):
    """An engine that remembers the clean text of what it damages, with the ids that files do not show."""

    def apply(self, sources, newcomers, visits):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN201
        from simulator.vendors.export import texts  # noqa: PLC0415  # only this class needs it

        self.clean = texts(self.profile, sources)
        return super().apply(sources, newcomers, visits)


@pytest.fixture(scope="module")
def early(clinic: World) -> World:
    """The first half of the clinic's encounters, with stays of many days among them."""
    world, chosen = clinic, clinic["encounter"]["encounter_id"].sort()[:400].implode()
    tables = {
        name: frame.filter(pl.col("encounter_id").is_in(chosen)) if "encounter_id" in frame.columns else frame
        for name, frame in world.items()
    }
    return World(world.scenario, tables)


@pytest.fixture(scope="module")
def clean_lines(early: World, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Lines]:
    """What each system exports without a defect."""
    folder = tmp_path_factory.mktemp("clean")
    return {name: exported(early, load_profile(name), folder / name, None) for name in vendor_names()}


def exported(world: World, profile: Profile, folder: Path, engine: DefectEngine | None) -> Lines:
    """The export's records as its own reader of files finds them, uninterpreted: sheet -> records, counted."""
    folder.mkdir()
    export_vendor(world, profile, folder, Period(), print, damage=engine)
    rejects = Rejects()
    frames = LAYOUTS[profile.cover.layout].read(folder, profile, rejects)
    return {sheet.name: Counter(frames[sheet.name].select(sheet.names).iter_rows()) for sheet in profile.sheets}


def engine_for(world: World, profile: Profile, rates: dict[str, float], seed: int = 1) -> Watched:
    return Watched(profile, rates, seed, middle(world, Period()))


def by_the_key(profile: Profile, clean: dict[str, pl.DataFrame], key: pl.DataFrame) -> Lines:
    """The clean records after all that the key tells, done one by one."""
    lines: Lines = {}
    for sheet in profile.sheets:
        rows = {row[-1]: list(row[:-1]) for row in clean[sheet.name].select(*sheet.names, "_id").iter_rows()}
        added: list[list[str]] = []
        for entry in key.filter(pl.col("sheet") == sheet.name).iter_rows(named=True):
            if entry["column"] is not None:
                at = sheet.names.index(entry["column"])
                assert rows[entry["row_id"]][at] == entry["was"] != entry["became"]
                rows[entry["row_id"]][at] = entry["became"]
            elif entry["became"] is None:
                assert list(json.loads(entry["was"]).values()) == rows.pop(entry["row_id"])
            else:
                added.append(list(json.loads(entry["became"]).values()))
        lines[sheet.name] = Counter(tuple(row) for row in [*rows.values(), *added])
    return lines


@pytest.mark.parametrize("name", vendor_names())
@pytest.mark.parametrize("kind", defect_kinds())
def test_the_damage_of_a_kind_is_exactly_its_key(
    early: World, clean_lines: dict[str, Lines], tmp_path: Path, name: str, kind: str
) -> None:
    profile = load_profile(name)
    engine = engine_for(early, profile, {kind: 0.3})
    clean = clean_lines[name]
    damaged = exported(early, profile, tmp_path / "damaged", engine)
    key = engine.key()
    assert key.schema == KEY
    assert set(key["kind"]) == {kind}
    assert by_the_key(profile, engine.clean, key.clear()) == clean
    assert by_the_key(profile, engine.clean, key) == damaged
    assert damaged != clean


@pytest.mark.parametrize("name", vendor_names())
def test_all_kinds_together_touch_no_cell_twice_and_are_exactly_the_key(
    early: World, tmp_path: Path, name: str
) -> None:
    profile = load_profile(name)
    engine = engine_for(early, profile, ALL)
    damaged, key = exported(early, profile, tmp_path / "damaged", engine), engine.key()
    assert set(key["kind"]) == set(defect_kinds())
    changed = key.filter(pl.col("column").is_not_null())
    assert not changed.select("sheet", "row_id", "column").is_duplicated().any()
    assert by_the_key(profile, engine.clean, key) == damaged
    for entry in key.select("file", "record").head(200).iter_rows(named=True):
        text = (tmp_path / "damaged" / entry["file"]).read_bytes().decode(profile.cover.encoding)
        assert entry["record"] in text or "lost_row" in key["kind"].to_list()


def test_the_kinds_of_the_data_are_those_of_the_engine_in_order() -> None:
    assert list(KINDS) == list(defect_kinds())


def test_the_same_seed_gives_the_same_defects_and_another_others(early: World, tmp_path: Path) -> None:
    profile = load_profile("structured")
    keys = []
    for number, seed in enumerate((1, 1, 2)):
        engine = engine_for(early, profile, ALL, seed)
        exported(early, profile, tmp_path / str(number), engine)
        keys.append(engine.key())
    assert keys[0].equals(keys[1])
    assert not keys[0].equals(keys[2])


def test_portions_change_nothing_but_who_may_be_taken_for_whom(
    early: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from simulator.vendors import export  # noqa: PLC0415

    profile, keys, whole = load_profile("legacy"), [], export.portions
    kinds = {kind: 0.05 for kind in ALL if kind not in {"duplicate_patient", "merged_identity"}}
    for size in (20_000, 100):
        monkeypatch.setattr(export, "portions", lambda w, n, p, s=size: whole(w, n, p, s))
        engine = engine_for(early, profile, kinds)
        exported(early, profile, tmp_path / str(size), engine)
        monkeypatch.undo()
        keys.append(engine.key().filter(pl.col("table") != "patient").drop("defect_id").sort(pl.all()))
    assert keys[0].equals(keys[1])


def test_a_merged_patient_stays_merged_in_later_portions(
    early: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from simulator.vendors import export  # noqa: PLC0415

    profile, whole = load_profile("structured"), export.portions
    monkeypatch.setattr(export, "portions", lambda w, n, p: whole(w, n, p, 100))
    engine = engine_for(early, profile, {"merged_identity": 0.3})
    damaged = exported(early, profile, tmp_path / "x", engine)
    gone = set(engine.key().filter(pl.col("column").is_null())["record"])
    assert gone
    assert not gone & {line[0] for line in damaged["BRXX"]}
    assert not gone & {line[1] for line in damaged["JZJL"]}


def test_an_upgrade_spares_what_came_before_it_and_nothing_after(early: World, tmp_path: Path) -> None:
    profile = load_profile("structured")
    engine = engine_for(early, profile, {"code_drift": 1.0})
    exported(early, profile, tmp_path / "x", engine)
    key = engine.key().filter(pl.col("table") == "lab_result")
    results = early["lab_result"].join(early["encounter"].select("encounter_id", "registered_at"), on="encounter_id")
    after = results.filter(pl.col("registered_at") >= engine.upgrade)
    assert set(key["row_id"]) == set(after["lab_result_id"])
    assert isinstance(engine.upgrade, dt.datetime)


def test_a_unit_slip_is_the_other_unit_s_number(early: World, tmp_path: Path) -> None:
    for name, factor in (("structured", 18.0156), ("fhirlike", 1 / 18.0156)):
        profile = load_profile(name)
        engine = engine_for(early, profile, {"unit_slip": 1.0})
        exported(early, profile, tmp_path / name, engine)
        glucose = early["lab_result"].filter(pl.col("test_code") == "glucose")["lab_result_id"].to_list()
        key = engine.key().filter(pl.col("row_id").is_in(glucose))
        ratio = key["became"].cast(pl.Float64) / key["was"].cast(pl.Float64)
        assert len(key) > 0
        assert ((ratio / factor - 1).abs() < 0.05).all()  # whole mg/dL are coarse
