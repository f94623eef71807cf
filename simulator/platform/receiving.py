"""The platform's side: batches checked one by one and loaded into common tables, each row with where it came from."""

import datetime as dt
import zlib
from collections.abc import Mapping
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory
from zipfile import BadZipFile, ZipFile

import polars as pl
from pydantic import ValidationError

from simulator.errors import ReadError
from simulator.formats.rejects import Reject, Rejects
from simulator.platform.packing import MANIFEST, SCHEMA_VERSION, Manifest, content
from simulator.schema import TABLES
from simulator.vendors import load_profile, read_vendor

LARGEST = 2_000_000_000
"""Bytes that a batch may unpack to."""
LOG = pl.Schema(
    {
        "batch": pl.String(),
        "institution": pl.String(),
        "day": pl.Date(),
        "status": pl.Enum(["accepted", "late", "duplicate", "refused"]),
        "rows": pl.Int64(),
        "rejects": pl.Int64(),
        "reason": pl.String(),
    }
)


class Platform:
    """The common tables of a region. members: institution -> its system; clock_hours: the region's hours before UTC."""

    def __init__(self, members: Mapping[str, str]) -> None:
        self.members = dict(members)
        self.rejects: list[Reject] = []
        self._log: list[dict[str, object]] = []
        self._days: dict[tuple[str, dt.date], dict[str, str]] = {}
        self._latest: dict[str, dt.date] = {}
        self._tables: dict[str, list[pl.DataFrame]] = {}

    def receive(self, path: Path) -> str:
        """Check a batch and load it; its status: accepted, late (a later day came before), duplicate or refused."""
        told: dict[str, object] = {"batch": path.name, "rows": 0, "rejects": 0, "reason": ""}
        try:
            with TemporaryDirectory() as name:
                manifest = _unpacked(path, Path(name))
                told |= {"institution": manifest.institution, "day": manifest.day}
                told["status"] = self._status(manifest)
                if told["status"] != "duplicate":
                    told |= self._load(manifest, Path(name), path.name)
        except ReadError as error:
            told |= {"status": "refused", "reason": str(error)}
        self._log.append(told)
        return str(told["status"])

    def log(self) -> pl.DataFrame:
        """What became of each batch, in the order of arrival."""
        return pl.DataFrame(self._log, schema=LOG)

    def tables(self) -> dict[str, pl.DataFrame]:
        """The common tables with `institution` and `batch`; a row sent again replaces the one before.

        Columns that a system does not carry are empty in its rows.
        """
        joined = {}
        for name, parts in self._tables.items():
            whole = pl.concat(parts, how="diagonal_relaxed")
            key = TABLES[name].key
            named = whole.filter(pl.col(key).is_not_null()).unique(
                [key, "institution"], keep="last", maintain_order=True
            )
            joined[name] = pl.concat([named, whole.filter(pl.col(key).is_null())])
        return joined

    def _status(self, manifest: Manifest) -> str:
        vendor = self.members.get(manifest.institution)
        if vendor is None:
            raise ReadError(
                f"{MANIFEST}: institution {manifest.institution} is no member; {', '.join(self.members)} are"
            )
        if manifest.vendor != vendor:
            raise ReadError(f"{MANIFEST}: vendor of {manifest.institution} should be {vendor}, got {manifest.vendor}")
        hashes = {name: file.sha256 for name, file in manifest.files.items()}
        before = self._days.get((manifest.institution, manifest.day))
        if before == hashes:
            return "duplicate"
        if before is not None:
            raise ReadError(
                f"{MANIFEST}: {manifest.day} of {manifest.institution} was loaded before with other content"
            )
        return "late" if self._latest.get(manifest.institution, dt.date.min) > manifest.day else "accepted"

    def _load(self, manifest: Manifest, folder: Path, batch: str) -> dict[str, object]:
        profile, rejects = load_profile(manifest.vendor), Rejects(keep=True)
        tables = read_vendor(folder, profile, rejects)
        local = pl.col("registered_at").dt.offset_by(f"{profile.cover.clock_hours}h").dt.date()
        outside = tables["encounter"].filter(local != manifest.day)
        if len(outside):
            raise ReadError(f"encounter: {len(outside)} were not registered on {manifest.day}")
        for name, frame in tables.items():
            origin = (pl.lit(manifest.institution).alias("institution"), pl.lit(batch).alias("batch"))
            # plain text, so that systems with and without a code list join
            plain = [pl.col(c).cast(pl.String) for c, k in frame.schema.items() if k in (pl.Categorical, pl.Enum)]
            keyed = frame.with_columns(plain).with_columns(origin)
            if TABLES[name].key not in keyed.columns:
                keyed = keyed.with_columns(pl.lit(None, pl.Int64).alias(TABLES[name].key))
            self._tables.setdefault(name, []).append(keyed)
        self.rejects += rejects.found
        latest = self._latest.get(manifest.institution, manifest.day)
        self._latest[manifest.institution] = max(latest, manifest.day)
        self._days[manifest.institution, manifest.day] = {name: file.sha256 for name, file in manifest.files.items()}
        return {"rows": sum(map(len, tables.values())), "rejects": len(rejects.found)}


def _unpacked(path: Path, folder: Path) -> Manifest:
    """The batch's files in a folder, after every check that needs no other batch; ReadError says what is wrong."""
    try:
        with ZipFile(path) as batch:
            entries = batch.infolist()
            if sum(entry.file_size for entry in entries) > LARGEST:
                raise ReadError(f"{path.name}: should unpack to no more than {LARGEST:,} bytes")
            names = [entry.filename for entry in entries]
            for name in names:
                if PurePosixPath(name).is_absolute() or ".." in PurePosixPath(name).parts or "\\" in name:
                    raise ReadError(f"{path.name}: {name} should lie inside the batch")
            if MANIFEST not in names or len(set(names)) < len(names):
                raise ReadError(f"{path.name}: should hold {MANIFEST} and every file once")
            manifest = Manifest.model_validate_json(batch.read(MANIFEST))
            _checked(manifest, {name: batch.read(name) for name in names if name != MANIFEST}, folder)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"]))
        raise ReadError(f"{MANIFEST}: {where}: {first['msg']}") from None
    except (BadZipFile, OSError, ValueError, RuntimeError, NotImplementedError, EOFError, zlib.error) as error:
        raise ReadError(f"{path.name}: should be a zip file ({error})") from None
    return manifest


def _checked(manifest: Manifest, files: Mapping[str, bytes], folder: Path) -> None:
    if manifest.schema_version != SCHEMA_VERSION:
        raise ReadError(f"{MANIFEST}: schema_version should be {SCHEMA_VERSION}, got {manifest.schema_version}")
    for name in sorted(files.keys() ^ manifest.files.keys()):
        raise ReadError(f"{name}: should be in the manifest and in the batch")
    for name, data in files.items():
        found, wanted = content(data), manifest.files[name]
        if found.lines != wanted.lines:
            raise ReadError(f"{name}: has {found.lines} lines, the manifest says {wanted.lines}")
        if found.sha256 != wanted.sha256:
            raise ReadError(f"{name}: its SHA-256 is not the manifest's")
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(data)
