"""The worlds of known scenarios and seeds, by hash: a change of any number must be meant.

After a change that is meant: ``XINGLIN_UPDATE_GOLDEN=1 pytest tests/simulator/test_golden.py``.
"""

import json
import os
from pathlib import Path

import pytest

from simulator import load_scenario, simulate
from simulator.output import write_world

GOLDEN = Path(__file__).parents[1] / "golden" / "simulator.json"
WORLDS = {"clinic-3d-seed1": ("clinic", {"days": 3}, 1), "county-5d-seed2": ("county", {"days": 5, "scale": 0.2}, 2)}


@pytest.mark.parametrize("name", WORLDS)
def test_known_worlds_keep_their_hashes(name: str, tmp_path: Path) -> None:
    scenario, overrides, seed = WORLDS[name]
    folder = write_world(simulate(load_scenario(scenario, overrides), seed=seed), tmp_path / name, database=False)
    files = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))["files"]
    hashes = {file: about["sha256"] for file, about in files.items() if file.endswith(".parquet")}
    golden = json.loads(GOLDEN.read_text(encoding="utf-8")) if GOLDEN.exists() else {}
    if os.environ.get("XINGLIN_UPDATE_GOLDEN"):
        golden[name] = hashes
        GOLDEN.write_text(json.dumps(golden, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    changed = [file for file in hashes if golden.get(name, {}).get(file) != hashes[file]]
    assert changed == []
