"""An export of one system with its defects as two renderings: what learners get, and the key that stays aside."""

from collections.abc import Mapping
from pathlib import Path

from simulator.errors import ExportError
from simulator.formats.folder import NOTE, fill
from simulator.formats.format import Format, Period, Progress
from simulator.vendors.defects import DefectEngine, read_spec
from simulator.vendors.defects.engine import middle
from simulator.vendors.dictionary import code_tables, dictionary
from simulator.vendors.export import export_vendor
from simulator.vendors.laboratory import conversions
from simulator.vendors.profile import Profile, load_profile, vendor_names
from simulator.vendors.reading import read_vendor
from simulator.world.world import World


def key_folder(folder: Path) -> Path:
    """Where the key of an export lies: beside it, never inside."""
    folder = folder.resolve()
    return folder.with_name(f"{folder.name}-key")


def fill_vendor(  # noqa: PLR0913  # the five of `fill`, and the choice of the user
    world: World,
    vendor: str | None,
    folder: Path,
    period: Period,
    progress: Progress,
    *,
    defects: Path | None = None,
    seed: int = 0,
) -> tuple[int, int]:
    """Write an export and its key folder (dictionary.csv, codes.csv, units.csv, defects.parquet); rows and defects.

    ExportError names the vendors if there is none of that name, or what is wrong in the file of defects.
    """
    if vendor is None:
        raise ExportError(f"which system's export? give --vendor; there are {', '.join(vendor_names())}")
    profile, rates = load_profile(vendor), read_spec(defects) if defects else {}
    key = key_folder(folder)
    if key.exists() and (not key.is_dir() or (any(key.iterdir()) and not (key / NOTE).is_file())):
        raise ExportError(f"{key} holds something else; the key of the export belongs there, so choose another --out")
    engine = DefectEngine(profile, rates, seed, middle(world, period))
    rows = fill(world, _export(profile, engine), folder, period, progress)
    found = fill(world, _key(profile, engine, rates), key, period, progress)
    return rows, found


def _export(profile: Profile, engine: DefectEngine) -> Format:
    return Format(
        profile.cover.zh,
        profile.cover.en,
        "rows",
        lambda world, folder, period, progress: export_vendor(
            world, profile, folder, period, progress, damage=engine if engine.rates else None
        ),
        lambda folder, rejects: read_vendor(folder, profile, rejects),
    )


def _key(profile: Profile, engine: DefectEngine, rates: Mapping[str, float]) -> Format:
    def write(_world: World, folder: Path, _period: Period, _progress: Progress) -> int:
        dictionary(profile).write_csv(folder / "dictionary.csv")
        code_tables(profile).write_csv(folder / "codes.csv")
        if profile.cover.conventional_units:
            conversions().write_csv(folder / "units.csv")
        (folder / "rates.yaml").write_text("".join(f"{kind}: {rate}\n" for kind, rate in rates.items()), "utf-8")
        key = engine.key()
        key.write_parquet(folder / "defects.parquet")
        return len(key)

    return Format(f"{profile.cover.zh}:答案", f"Answer key of {profile.cover.en}", "defects", write, lambda *_: {})
