"""A hospital's side: one day of its system's export as a zip file with a manifest."""

import datetime as dt
import hashlib
from pathlib import Path
from tempfile import TemporaryDirectory
from zipfile import ZIP_DEFLATED, ZipFile

import polars as pl
from pydantic import BaseModel, ConfigDict

from simulator.formats.format import Period
from simulator.formats.portions import encounters
from simulator.vendors import export_vendor, load_profile
from simulator.vendors.export import Damage
from simulator.world.world import World

SCHEMA_VERSION = "1"
MANIFEST = "manifest.json"


class Content(BaseModel):
    """One file of a batch: its lines and the SHA-256 of its bytes, hexadecimal."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    lines: int
    sha256: str


class Manifest(BaseModel):
    """What a batch says of itself. day: that of registration, by the hospital's clock."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    schema_version: str
    institution: str
    vendor: str
    day: dt.date
    files: dict[str, Content]


def one_hospital(world: World, hospital_id: int) -> World:
    """What one hospital of a world knows: its registry, its patients, its encounters and all that hangs on them."""
    mine = world["encounter"].filter(pl.col("hospital_id") == hospital_id).select("encounter_id")
    tables = {}
    for name, frame in world.items():
        if "hospital_id" in frame.columns and name != "teleconsult":
            tables[name] = frame.filter(pl.col("hospital_id") == hospital_id)
        elif "encounter_id" in frame.columns:
            tables[name] = frame.join(mine, on="encounter_id", how="semi", maintain_order="left")
        else:
            tables[name] = frame
    return World(world.scenario, tables)


def pack(  # noqa: PLR0913  # whose, of which system, of which day, to where, and the damage
    world: World, vendor: str, institution: str, day: dt.date, folder: Path, *, damage: Damage | None = None
) -> Path | None:
    """Write <institution>-<day>.zip into a folder; None if nobody was registered that day."""
    begin = dt.datetime.combine(day, dt.time(), tzinfo=world.scenario.calendar.zone)
    period = Period(begin, begin + dt.timedelta(days=1))
    if encounters(world, period).is_empty():
        return None
    with TemporaryDirectory() as name:
        export = Path(name)
        export_vendor(world, load_profile(vendor), export, period, lambda _done: None, damage=damage)
        paths = sorted(path for path in export.rglob("*") if path.is_file())
        files = {path.relative_to(export).as_posix(): content(path.read_bytes()) for path in paths}
        manifest = Manifest(schema_version=SCHEMA_VERSION, institution=institution, vendor=vendor, day=day, files=files)
        target = folder / f"{institution}-{day}.zip"
        with ZipFile(target, "w", ZIP_DEFLATED) as batch:
            batch.writestr(MANIFEST, manifest.model_dump_json(indent=1))
            for path in paths:
                batch.write(path, path.relative_to(export).as_posix())
    return target


def content(data: bytes) -> Content:
    """What the manifest says of a file with these bytes."""
    return Content(lines=data.count(b"\n"), sha256=hashlib.sha256(data).hexdigest())
