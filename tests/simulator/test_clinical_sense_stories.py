"""Nobody who reads the patients' stories laughs: images, alternatives, what comes when, and what is said twice."""

from itertools import combinations
from pathlib import Path

import numpy as np
import polars as pl
import pytest
import yaml

from simulator import World, load_scenario, simulate
from simulator.care.complaints import GRADUAL
from simulator.care.rules import KINDS, lay_out
from simulator.knowledge import Disease, load_knowledge

K = load_knowledge()
RULES = lay_out(K)
TEXTBOOK = yaml.safe_load(Path(__file__).with_name("stories.yaml").read_text(encoding="utf-8"))
BONES = ("fracture", "comminuted", "destruction")
PATIENTS = 300
"""Drawn of every disease in every setting."""


@pytest.fixture(scope="module")
def county() -> World:
    return simulate(load_scenario("county", days=60), seed=11)


def coded(code: str) -> list[Disease]:
    return [d for d in K.diseases.values() if d.icd10 == code]


def seen_in_an_image(d: Disease, setting: str, words: tuple[str, ...]) -> float:
    """Share of patients of whom at least one image is ordered and shows a finding named so."""
    missed = 1.0
    for name, ordered in d.care[setting].imaging.items():  # type: ignore[index]  # a setting
        shown = [p for key, p in d.findings.imaging.get(name, {}).items() if any(word in key for word in words)]
        missed *= 1 - ordered * max(shown, default=0)
    return 1 - missed


def test_every_fracture_is_seen_in_an_image() -> None:
    fractures = [d for d in K.diseases.values() if (d.chapter == "XIX" and "骨折" in d.zh) or d.icd10 == "S02.5"]
    assert len(fractures) > 25
    unseen = {
        (d.id, setting): round(seen_in_an_image(d, setting, BONES), 2)
        for d in fractures
        for setting, share in d.setting_shares.items()
        if share > 0 and seen_in_an_image(d, setting, BONES) < 0.85
    }
    assert unseen == {}


def test_a_report_names_the_bone_that_is_broken() -> None:
    necks = {d.id for d in K.diseases.values() if "fracture" in d.findings.imaging.get("pelvis_xray", {})}
    assert necks == {"hip_fracture"}


@pytest.mark.parametrize("code", TEXTBOOK["shows"])
def test_an_illness_shows_where_one_looks_for_it(code: str) -> None:
    diseases = coded(code)
    assert diseases
    for d in diseases:
        for name, least in TEXTBOOK["shows"][code].items():
            shown = 1 - np.prod([1 - p for p in d.findings.imaging.get(name, {}).values()])
            assert shown >= least, (d.id, name)


@pytest.mark.parametrize("code", TEXTBOOK["direction"])
def test_what_defines_a_disease_is_measured_far_outside(code: str) -> None:
    diseases = coded(code)
    assert diseases
    for d in diseases:
        for test, least in TEXTBOOK["direction"][code].items():
            shift = d.findings.laboratory[test]
            assert (shift.times or shift.plus or 0) >= least, (d.id, test)


def test_an_item_has_its_alternatives_in_one_group() -> None:
    for kind in ("drugs", "procedures"):
        names = [name for one in K.alternatives.values() for name in getattr(one, kind)]
        assert len(names) == len(set(names))


@pytest.mark.parametrize("kind", ["drugs", "procedures"])
def test_nobody_gets_two_alternatives_and_everybody_as_often_as_the_disease_says(kind: str) -> None:
    """Walks all diseases: of shares that sum to at most one no two meet, and each is as common as stated."""
    items, catalogue = getattr(RULES, kind), list(getattr(K, kind))
    key = np.repeat(np.arange(3 * len(K.diseases)), PATIENTS)
    row, at = items.drawn(key, np.ones(len(key)), np.random.default_rng(5))
    drawn = pl.DataFrame({"row": row, "list": key[row], "item": items.lists.items[at]})
    groups = {catalogue.index(name): n for n, one in enumerate(K.alternatives.values()) for name in getattr(one, kind)}
    drawn = drawn.with_columns(group=pl.col("item").replace_strict(groups, default=None)).drop_nulls("group")
    several = drawn.group_by("row", "list", "group").agg(pl.col("item").n_unique()).filter(pl.col("item") > 1)
    for listed, group in several.select("list", "group").unique().iter_rows():
        d = list(K.diseases.values())[listed // 3]
        care = d.care[KINDS[listed % 3]]  # type: ignore[index]  # a setting
        members = set(getattr(list(K.alternatives.values())[group], kind))
        stated = {name: getattr(one, "p", one) for name, one in getattr(care, kind).items() if name in members}
        steps = {step.item: step.p for step in d.pathway if step.kind == kind and step.item in members}
        assert sum({**stated, **(steps if listed % 3 == 2 else {})}.values()) > 1, (d.id, listed % 3, stated)
    expected = np.bincount(items.lists.items, items.p, minlength=len(catalogue)) * PATIENTS
    found = np.bincount(items.lists.items[at], minlength=len(catalogue))
    assert np.abs(found - expected).max() < 6 * np.sqrt(expected.max())


def test_known_alternatives_are_in_one_group() -> None:
    together = {pair for one in K.alternatives.values() for pair in combinations(sorted(one.drugs), 2)}
    assert {tuple(sorted(pair)) for pair in TEXTBOOK["never_together"]} <= together


def test_what_is_found_by_chance_is_harmless() -> None:
    grave = set(TEXTBOOK["grave"])
    assert {name for name, one in K.imaging.items() if one.by_chance in grave} == set()


def test_only_hearts_raise_the_st_segment(county: World) -> None:
    studies = county["imaging_study"].filter(pl.col("conclusion_en").cast(pl.String) == "ST elevation")
    main = county["diagnosis"].filter(pl.col("rank") == 1).select("encounter_id", pl.col("code").cast(pl.String))
    why = studies.join(main, on="encounter_id")["code"]
    able = {d.icd10 for d in K.diseases.values() if "st_elevation" in d.findings.imaging.get("ecg", {})}
    assert why.len() > 5
    assert set(why) <= able


def test_an_image_that_is_repeated_shows_the_same(county: World) -> None:
    names = ["encounter_id", "name_en"]
    again = county["imaging_study"].group_by(names).agg(pl.len(), pl.col("conclusion_en").n_unique().alias("views"))
    again = again.filter(pl.col("len") > 1)
    assert again.height > 20
    assert (again["views"] == 1).all()


def test_no_image_of_the_emergency_room_is_repeated_at_once_on_the_ward(county: World) -> None:
    stays = county["encounter"].filter(pl.col("previous_encounter_id").is_not_null(), pl.col("kind") == "inpatient")
    orders = county["order"].filter(pl.col("kind") == "imaging", pl.col("status") == "completed")
    orders = orders.filter(pl.col("code").cast(pl.String) != "ecg")
    ward = orders.join(stays.select("encounter_id", "previous_encounter_id", "admitted_at"), on="encounter_id")
    twice = ward.join(
        orders.select("encounter_id", "code", before="ordered_at"),
        left_on=["previous_encounter_id", "code"],
        right_on=["encounter_id", "code"],
    )
    assert stays.height > 100
    assert (twice["ordered_at"] - twice["before"]).dt.total_hours().min() >= 2  # type: ignore[operator]  # a number


def test_a_high_troponin_is_telephoned_once_in_an_illness(county: World) -> None:
    calls = county["lab_result"].filter(
        pl.col("test_code").cast(pl.String).str.starts_with("troponin"), pl.col("flag") == "HH"
    )
    assert calls.height > 5
    assert calls.select("encounter_id", "test_code").is_duplicated().sum() == 0


def test_prediabetes_raises_glucose(county: World) -> None:
    who = county["linkage"].join(county["person"].select("person_id", "prediabetes"), on="person_id")
    results = county["lab_result"].filter(pl.col("test_code").cast(pl.String) == "fasting_glucose")
    results = results.join(who.select("patient_id", "prediabetes").unique("patient_id"), on="patient_id")
    with_it, without = (results.filter(pl.col("prediabetes") == has)["value"] for has in (True, False))
    healthy = without.filter(without < 7)
    assert with_it.len() > 20
    assert with_it.median() > healthy.median() + 0.5  # type: ignore[operator]  # both are numbers


def test_a_clinic_prescribes_nothing_to_whom_it_admits(county: World) -> None:
    admitted = county["encounter"].filter(pl.col("kind") == "outpatient", pl.col("outcome") == "admitted")
    given = county["medication_order"].filter(pl.col("kind") == "outpatient")
    assert admitted.height > 100
    assert given["encounter_id"].is_in(admitted["encounter_id"].implode()).sum() == 0


def test_nobody_takes_a_short_course_home_for_weeks(county: World) -> None:
    short = [
        name for name, drug in K.drugs.items() if drug.drug_class in {"opioid", "antiemetic"} or name == "paracetamol"
    ]
    home = county["medication_order"].filter(pl.col("kind") == "discharge")
    assert home.height > 300
    home = home.filter(pl.col("drug_code").cast(pl.String).is_in(short))
    assert home["days"].max() <= 14  # type: ignore[operator]  # a number


def test_who_is_anticoagulated_goes_on_at_home(county: World) -> None:
    anticoagulants = [name for name, drug in K.drugs.items() if drug.drug_class == "anticoagulant"]
    home = county["medication_order"].filter(pl.col("kind") == "discharge")
    home = home.filter(pl.col("drug_code").cast(pl.String).is_in(anticoagulants))
    assert home.height > 3
    assert home["days"].min() >= 14  # type: ignore[operator]  # a number


def test_children_are_not_born_before_the_incision_nor_long_after(county: World) -> None:
    cut = county["procedure"].filter(pl.col("name_en").cast(pl.String).str.contains("caesarean"))
    main = county["diagnosis"].filter(pl.col("rank") == 1, pl.col("code").cast(pl.String).str.starts_with("O82"))
    both = cut.join(county["birth"].drop_nulls("encounter_id"), on="encounter_id")
    both = both.filter(pl.col("encounter_id").is_in(main["encounter_id"].implode()))
    minutes = (both["born_at"] - both["started_at"]).dt.total_minutes()
    assert minutes.len() > 5
    assert (minutes.is_between(0, 60)).mean() > 0.8  # type: ignore[operator]  # a number


def test_the_new_lens_comes_after_the_old_one_has_gone(county: World) -> None:
    done = county["procedure"].with_columns(pl.col("name_en").cast(pl.String))
    old = done.filter(pl.col("name_en") == "Phacoemulsification").select("encounter_id", gone="ended_at")
    new = done.filter(pl.col("name_en").str.contains("(?i)lens")).select("encounter_id", put_in="started_at")
    both = old.join(new, on="encounter_id")
    assert both.height > 5
    assert (both["put_in"] >= both["gone"]).all()


def test_a_splint_waits_for_the_radiograph(county: World) -> None:
    splints = county["procedure"].filter(pl.col("name_en").cast(pl.String) == "Splint or cast")
    first = county["imaging_study"].group_by("encounter_id").agg(pl.col("started_at").min().alias("seen"))
    visits = county["encounter"].filter(pl.col("kind") != "inpatient").select("encounter_id")
    both = splints.join(first, on="encounter_id").join(visits, on="encounter_id")
    assert both.height > 10
    assert (both["started_at"] > both["seen"]).mean() > 0.98  # type: ignore[operator]  # a number


def test_nobody_notices_a_tumour_or_a_cataract_from_one_day_to_the_next(county: World) -> None:
    main = county["diagnosis"].filter(pl.col("rank") == 1, pl.col("code").cast(pl.String).str.starts_with("C"))
    said = main.join(county["encounter"], on="encounter_id")["complaint_en"].cast(pl.String).drop_nulls()
    assert "H25" in GRADUAL
    assert said.len() > 20
    assert not said.str.contains(r"for (\d|half a) ?(day|hour)").any()


def test_kidneys_that_have_failed_do_not_clear_creatinine(county: World) -> None:
    main = county["diagnosis"].filter(pl.col("rank") == 1, pl.col("code").cast(pl.String) == "N18.5")
    results = county["lab_result"].filter(pl.col("test_code").cast(pl.String) == "creatinine")
    values = results.filter(pl.col("encounter_id").is_in(main["encounter_id"].implode()))["value"]
    assert values.len() > 10
    assert values.quantile(0.05) > 180  # type: ignore[operator]  # a number
