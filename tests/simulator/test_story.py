"""One patient's story: complete, in order, in both languages, and safe to open."""

import re
from pathlib import Path

import polars as pl
import pytest
from typer.testing import CliRunner

from hub_config.cli import application
from simulator import World
from simulator.errors import WorldError
from simulator.story import pick, read_story
from simulator.story.page import page, write_page

CHINESE = re.compile(r"[\u4e00-\u9fff]")


@pytest.fixture(scope="module")
def encounter(small_county: World) -> int:
    return pick(small_county, "inpatient", seed=3)


def test_events_are_in_order_and_speak_both_languages(small_county: World, encounter: int) -> None:
    events = read_story(small_county, encounter).events
    assert [event.at for event in events] == sorted(event.at for event in events)
    assert all(CHINESE.search(event.zh) and event.en for event in events)
    assert not [event.en for event in events if CHINESE.search(event.en)]


def test_a_stay_is_told_with_the_visit_that_led_to_it(small_county: World, encounter: int) -> None:
    story = read_story(small_county, encounter)
    kinds = story.tables["encounter"]["kind"].cast(pl.String).to_list()
    assert kinds[-1] == "inpatient"
    assert len(kinds) == 2
    before = story.tables["encounter"]["encounter_id"][0]
    assert read_story(small_county, before).events == story.events


def test_every_result_order_and_bed_of_the_encounters_is_told(small_county: World, encounter: int) -> None:
    story = read_story(small_county, encounter)
    told = " ".join(event.en for event in story.events)
    for table in ("diagnosis", "imaging_study", "procedure", "medication_order"):
        for name in story.tables[table]["name_en"].cast(pl.String):
            assert name in told
    assert sum(event.subject == "bed_stay" for event in story.events) == len(story.tables["bed_stay"])
    abnormal = story.tables["lab_result"].filter(pl.col("flag") != "N")["name_en"].cast(pl.String)
    assert all(name in told for name in abnormal)


def test_critical_results_are_loud_and_abnormal_ones_notable(small_county: World) -> None:
    for weight, flags in ((2, ["LL", "HH"]), (1, ["L", "H"])):
        some = small_county["lab_result"].filter(pl.col("flag").is_in(flags))["encounter_id"][0]
        assert any(event.weight == weight for event in read_story(small_county, some).events)


def test_the_page_is_whole_and_loads_nothing(small_county: World, encounter: int, tmp_path: Path) -> None:
    story = read_story(small_county, encounter)
    write_page(story, tmp_path / "story.html")
    text = (tmp_path / "story.html").read_text(encoding="utf-8")
    assert text == page(story)
    assert "<script" not in text
    assert not re.search(r"(?:src|href)=\"https?:", text.replace("xlink:href", ""))
    assert text.count("<figure") >= 1
    assert [path.name for path in tmp_path.iterdir()] == ["story.html"]


def test_who_is_not_there_is_named(small_county: World) -> None:
    with pytest.raises(WorldError, match="no encounter 5"):
        read_story(small_county, 5)
    with pytest.raises(WorldError, match="must be one of"):
        pick(small_county, department="alchemy")


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_command_tells_it(clinic_folder: Path, language: str) -> None:
    told = CliRunner().invoke(
        application("story"), ["story", str(clinic_folder), "--kind", "outpatient", "--lang", language]
    )
    assert told.exit_code == 0, told.output
    assert bool(CHINESE.search(told.output)) == (language == "zh")


def test_a_week_of_readings_at_home_is_told_in_a_line(small_county: World) -> None:
    enrolled = small_county["home_reading"]["encounter_id"][0]
    story = read_story(small_county, enrolled)
    weeks = [event for event in story.events if event.subject == "home_reading"]
    readings = story.tables["home_reading"]
    assert len(weeks) == readings["measured_at"].dt.truncate("1w").n_unique() > 0
    assert all("居家监测" in event.zh and event.en.startswith("A week at home") for event in weeks)
    flagged = int((readings["flag"] != "N").sum())
    assert sum(int(event.en.rsplit("; ", 1)[1].split()[0]) for event in weeks) == flagged


def test_notes_are_told_when_they_were_written(tmp_path: Path) -> None:
    folder = str(tmp_path / "world")
    run = CliRunner().invoke(
        application(), ["simulate", "clinic", "--days", "2", "--seed", "3", "--notes", "--out", folder]
    )
    assert run.exit_code == 0, run.output
    world = World.read(folder)
    note = world["note"].sort("written_at").row(0, named=True)
    told = [event for event in read_story(world, note["encounter_id"]).events if event.subject == "note"]
    assert note["text_zh"].rstrip() in told[0].zh
    assert note["text_en"].rstrip() in told[0].en
    assert told[0].at == note["written_at"]
    assert "<details>" in page(read_story(world, note["encounter_id"]))
