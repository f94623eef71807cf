"""A small course of one module and a pool of hand-made worlds, so that most tests need no simulation."""

import datetime as dt
from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np
import polars as pl
import pytest
import yaml

from grading.course import Course, Module, load_course
from grading.skeleton import TEMPLATE


def make_world(seed: int, patients: int = 300) -> Mapping[str, pl.DataFrame]:
    """Bed stays of two wards over 35 days, as the simulator's tables have them."""
    rng = np.random.default_rng(seed)
    start = dt.datetime(2025, 3, 3, tzinfo=dt.UTC)
    come = [start + dt.timedelta(hours=float(hour)) for hour in np.sort(rng.uniform(0, 35 * 24, patients))]
    left = [c + dt.timedelta(hours=float(h)) for c, h in zip(come, 1 + rng.exponential(120, patients), strict=True)]
    ends = [moment if moment < start + dt.timedelta(days=35) else None for moment in left]
    bed = rng.integers(1, 41, patients)
    number = range(1, patients + 1)
    return {
        "ward": pl.DataFrame(
            {
                "ward_id": [1, 2],
                "code": ["w01", "w02"],
                "name_zh": ["甲", "乙"],
                "name_en": ["A", "B"],
                "beds": [20, 20],
            }
        ),
        "bed": pl.DataFrame(
            {"bed_id": range(1, 41), "ward_id": [1] * 20 + [2] * 20, "label": [f"{n:02d}床" for n in range(1, 41)]}
        ),
        "bed_stay": pl.DataFrame(
            {"bed_stay_id": number, "encounter_id": number, "ward_id": np.where(bed <= 20, 1, 2), "bed_id": bed,
             "started_at": come, "ended_at": ends}
        ),
    }  # fmt: skip


class MadeWorlds:
    """Two worlds for learners, two hidden ones."""

    def __init__(self) -> None:
        self._worlds = [make_world(seed) for seed in range(4)]

    def learner(self, number: int) -> Mapping[str, pl.DataFrame]:
        return self._worlds[number % 2]

    def hidden(self, number: int) -> Mapping[str, pl.DataFrame]:
        return self._worlds[2 + number % 2]


@pytest.fixture(scope="session")
def worlds() -> MadeWorlds:
    return MadeWorlds()


def write_course(root: Path, **changes: object) -> Path:
    """A course `tiny` with the skeleton as its module `one`; `changes` go into module.yaml."""
    folder = root / "tiny"
    texts = {"zh": "小", "en": "tiny"}
    course = {
        "title": texts, "about": texts, "audience": texts,
        "competencies": [{"code": "I14", "zh": "分析", "en": "analysis"}], "modules": ["one"],
    }  # fmt: skip
    for template in TEMPLATE.rglob("*.in"):
        target = folder / "one" / template.relative_to(TEMPLATE).with_suffix("")
        target.parent.mkdir(parents=True, exist_ok=True)
        text = template.read_text(encoding="utf-8")
        for word, value in (("MODULE", "one"), ("DATASET", "county-beds"), ("CODE", "I14")):
            text = text.replace(f"{{{{{word}}}}}", value)
        target.write_text(text, encoding="utf-8")
    module = yaml.safe_load((folder / "one" / "module.yaml").read_text(encoding="utf-8")) | changes
    (folder / "course.yaml").write_text(yaml.safe_dump(course, allow_unicode=True), encoding="utf-8")
    (folder / "one" / "module.yaml").write_text(yaml.safe_dump(module, allow_unicode=True), encoding="utf-8")
    return folder


@pytest.fixture
def write() -> Callable[..., Path]:
    return write_course


@pytest.fixture
def tiny(tmp_path: Path) -> Course:
    write_course(tmp_path)
    return load_course("tiny", tmp_path)


@pytest.fixture
def module(tiny: Course) -> Module:
    return tiny.module("one")


@pytest.fixture(scope="session")
def los() -> Module:
    return load_course("his").module("los")
