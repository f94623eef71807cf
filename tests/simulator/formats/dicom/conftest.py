"""Studies of every kind, small, in one folder for all tests that only look at them."""

from collections.abc import Mapping
from pathlib import Path

import polars as pl
import pytest

from simulator import World
from simulator.formats.dicom import Options, write_dicom
from simulator.formats.dicom.phantoms.model import views
from simulator.formats.format import Period
from simulator.knowledge import load_knowledge

SMALL = Options(radiograph=96, ct=64, ct_slices=3, mr=64, mr_slices=3)


def with_images(world: World, rows: Mapping[str, list[str]]) -> World:
    """The world with the first of its studies showing what the rows say."""
    images = world["imaging_study"]
    count = len(rows["name_zh"])
    assert count <= len(images)
    changed = [pl.Series(name, values).cast(images.schema[name]) for name, values in rows.items()]
    tables = {name: world[name] for name in world} | {"imaging_study": images.head(count).with_columns(changed)}
    return World(world.scenario, tables)


@pytest.fixture(scope="session")
def every_kind(small_county: World) -> World:
    """A study for each examination that has a view, each with one of its findings."""
    rows: dict[str, list[str]] = {
        name: [] for name in ("modality", "body_part", "name_zh", "name_en", "result", "conclusion_zh", "conclusion_en")
    }
    for key, one in load_knowledge().imaging.items():
        if key in views():
            found = next(iter(one.findings.values()))
            said = (one.modality, one.body_part, one.zh, one.en, "abnormal", found.zh, found.en)
            for name, value in zip(rows, said, strict=True):
                rows[name].append(value)
    return with_images(small_county, rows)


@pytest.fixture(scope="session")
def written(every_kind: World, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("dicom") / "all"
    folder.mkdir()
    write_dicom(every_kind, folder, Period(), lambda _: None, SMALL)
    return folder
