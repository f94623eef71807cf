"""Worlds made part by part: the same bytes whoever does the work, and nothing lost when the work is interrupted."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import polars as pl
import pytest
from distributed import LocalCluster

from simulator import Scenario, World, load_scenario, simulate
from simulator.errors import WorldError
from simulator.output import Means, produce
from simulator.output.production import RUN, _code, encounters_done, expected_encounters, remembered_seed, unfinished
from simulator.validation import check_world

SEED, SIZE = 11, 50
"""Parts of 50 encounters: several for each of the small hospitals."""


@pytest.fixture(scope="module")
def scenario() -> Scenario:
    """Two small counties and a clinic that belong to one run."""
    county, clinic = load_scenario("county", days=4, scale=0.05), load_scenario("clinic", scale=0.4)
    return county.model_copy(update={"hospitals": (*county.hospitals, *clinic.hospitals, *county.hospitals)})


@pytest.fixture(scope="module")
def alone(scenario: Scenario, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return produce(
        scenario, tmp_path_factory.mktemp("alone") / "world", seed=SEED, means=Means(size=SIZE), database=False
    )


def hashes(folder: Path) -> dict[str, str]:
    files = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))["files"]
    return {name: about["sha256"] for name, about in files.items()}


def test_a_hospital_has_a_file_for_its_people_and_several_for_its_records(alone: Path) -> None:
    names = {path.name for path in (alone / "person").iterdir()}
    assert names == {"h001.parquet", "h002.parquet", "h003.parquet"}
    assert len(list((alone / "encounter").glob("h001-p*.parquet"))) > 1


def test_a_world_in_parts_keeps_all_rules(alone: Path) -> None:
    report = check_world(World.read(alone), alone)
    assert {outcome.id: outcome.violations for outcome in report.rules if outcome.violations} == {}
    assert report.files == ()


def test_the_parts_together_are_what_simulate_gives(scenario: Scenario, tmp_path: Path) -> None:
    made = World.read(produce(scenario, tmp_path / "world", seed=SEED, database=False))
    world = simulate(scenario, seed=SEED)
    assert all(made[name].equals(world[name]) for name in world)


def test_two_workers_and_more_workers_than_hospitals_give_the_same_bytes(
    scenario: Scenario, alone: Path, tmp_path: Path
) -> None:
    for workers in (2, 4):
        folder = produce(
            scenario, tmp_path / f"by-{workers}", seed=SEED, means=Means(workers, size=SIZE), database=False
        )
        assert hashes(folder) == hashes(alone)


def test_a_dask_cluster_gives_the_same_bytes(scenario: Scenario, alone: Path, tmp_path: Path) -> None:
    with LocalCluster(n_workers=2, threads_per_worker=1, host="127.0.0.1", dashboard_address=None) as cluster:
        means = Means(cluster=cluster.scheduler_address, size=SIZE)
        folder = produce(scenario, tmp_path / "by-cluster", seed=SEED, means=means, database=False)
    assert hashes(folder) == hashes(alone)


def test_a_cluster_that_does_not_answer_is_named(scenario: Scenario, tmp_path: Path) -> None:
    with pytest.raises(WorldError, match="no Dask scheduler answers"):
        produce(scenario, tmp_path / "world", seed=SEED, means=Means(cluster="tcp://127.0.0.1:1"), database=False)


COMMAND = [sys.executable, "-m", "hub_config.cli", "simulate", "county", "--days", "40", "--no-database"]


def begun(out: Path, *more: str) -> subprocess.Popen[str]:
    """A run of its own process, once the first part of its records is written."""
    process = subprocess.Popen(
        [*COMMAND, "--out", str(out), *more], stderr=subprocess.PIPE, text=True, env=environment()
    )
    end = time.monotonic() + 120
    while encounters_done(unfinished(out)) == 0 and not list((unfinished(out) / ".marks").glob("*.json")):
        assert process.poll() is None, process.stderr.read() if process.stderr else ""
        assert time.monotonic() < end
        time.sleep(0.005)
    return process


def environment() -> dict[str, str]:
    return {**os.environ, "XINGLIN_STATE": os.devnull + "-no-state"}


def test_a_killed_run_goes_on_and_ends_with_the_same_bytes(tmp_path: Path) -> None:
    process = begun(tmp_path / "killed", "--seed", "3")
    process.kill()
    process.wait()
    assert not (tmp_path / "killed").exists()
    for out in ("killed", "whole"):
        subprocess.run([*COMMAND, "--out", str(tmp_path / out), "--seed", "3"], check=True, env=environment())
    assert hashes(tmp_path / "killed") == hashes(tmp_path / "whole")
    assert not unfinished(tmp_path / "killed").exists()


def test_ctrl_c_says_how_to_go_on_and_the_seed_is_remembered(tmp_path: Path) -> None:
    out = tmp_path / "world"
    process = begun(out, "--hide-seed")
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "the same command goes on from there" in " ".join(said.split())
    assert "Traceback" not in said
    seed = remembered_seed(load_scenario("county", days=40), out)
    assert seed is not None
    assert unfinished(out).stat().st_mode & 0o077 == 0, "who may not know the seed may not look"
    subprocess.run([*COMMAND, "--out", str(out), "--hide-seed"], check=True, env=environment())
    assert str(seed) not in (out / "manifest.json").read_text(encoding="utf-8")


def test_a_full_disk_stops_with_a_sentence_and_the_run_goes_on_from_there(tmp_path: Path) -> None:
    command = [*COMMAND, "--days", "10", "--seed", "3", "--out"]
    limited = ["bash", "-c", 'ulimit -f 200; exec "$@"', "bash", *command, str(tmp_path / "full")]
    failed = subprocess.run(limited, check=False, stderr=subprocess.PIPE, text=True, env=environment())
    said = " ".join(failed.stderr.split())
    assert failed.returncode == 2, said
    assert "cannot be written" in said
    assert "the same command goes on from there" in said
    assert list(unfinished(tmp_path / "full").rglob("h001.parquet"))
    for out in ("full", "whole"):
        subprocess.run([*command, str(tmp_path / out)], check=True, env=environment())
    assert hashes(tmp_path / "full") == hashes(tmp_path / "whole")


def test_what_a_killed_process_has_left_half_written_is_swept_away(scenario: Scenario, tmp_path: Path) -> None:
    out = tmp_path / "world"
    half = unfinished(out) / "charge" / ".h001-p00.parquet.4711"
    half.parent.mkdir(parents=True)
    half.write_bytes(b"half")
    run = {"scenario_sha256": scenario.hash, "simulator": _code(), "seed": str(SEED)}
    (unfinished(out) / RUN).write_text(json.dumps(run), encoding="utf-8")
    made = produce(scenario, out, seed=SEED, database=False)
    assert [path for path in made.rglob(".*") if path.is_file()] == []


def test_an_interrupted_run_of_another_seed_is_left_alone(scenario: Scenario, tmp_path: Path) -> None:
    out = tmp_path / "world"
    unfinished(out).mkdir()
    run = {"scenario_sha256": scenario.hash, "simulator": "x", "seed": "5"}
    (unfinished(out) / RUN).write_text(json.dumps(run), encoding="utf-8")
    with pytest.raises(WorldError, match="interrupted run with another scenario or version"):
        produce(scenario, out, seed=5, database=False)
    assert (unfinished(out) / RUN).exists()


def test_a_target_that_cannot_be_written_is_named_before_any_work(scenario: Scenario, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x", encoding="utf-8")
    with pytest.raises(WorldError, match="is a file"):
        produce(scenario, tmp_path / "file", seed=1)
    with pytest.raises(WorldError, match="cannot be written"):
        produce(scenario, tmp_path / "file" / "world", seed=1)


def test_the_progress_ends_with_every_encounter(scenario: Scenario, tmp_path: Path) -> None:
    told: list[int] = []
    folder = produce(scenario, tmp_path / "world", seed=SEED, means=Means(size=SIZE), progress=told.append)
    assert told == sorted(told)
    assert told[-1] == pl.scan_parquet(World.read(folder).files("encounter")).select(pl.len()).collect().item()
    assert 0.5 < told[-1] / expected_encounters(scenario) < 2
