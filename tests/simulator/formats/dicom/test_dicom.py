import datetime as dt
import json
from pathlib import Path

import numpy as np
import polars as pl
import pydicom
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from simulator import World
from simulator.errors import ReadError
from simulator.formats import FORMATS
from simulator.formats.dicom import Options, read_dicom, write_dicom
from simulator.formats.dicom.elements import encode, joined
from simulator.formats.dicom.parsing import DEPTH, HEADER_LIMIT
from simulator.formats.folder import NOTE, fill
from simulator.formats.format import Period
from simulator.formats.portions import encounters
from simulator.formats.rejects import Rejects

SMALL = Options(radiograph=96, ct=64, ct_slices=3, mr=64, mr_slices=3)


def silent(_: int) -> None:
    pass


def files(folder: Path) -> list[Path]:
    return sorted(folder.rglob("*.dcm"))


@pytest.mark.parametrize("charset", ["ISO_IR 192", "GB18030"])
def test_what_is_written_is_read_back(clinic: World, tmp_path: Path, charset: str) -> None:
    options = Options(radiograph=64, ct=32, ct_slices=2, mr=32, mr_slices=2, charset=charset)
    count = write_dicom(clinic, tmp_path, Period(), silent, options)
    assert count == len(files(tmp_path))
    back = read_dicom(tmp_path, Rejects())
    skipped = json.loads((tmp_path / NOTE).read_text(encoding="utf-8"))["studies without pictures here"]
    assert len(back["imaging_study"]) + sum(skipped.values()) == len(clinic["imaging_study"])
    for name in ("imaging_study", "patient"):
        key = f"{name}_id"
        there = clinic[name].join(back[name].select(key), on=key, how="semi").sort(key).select(back[name].columns)
        assert_frame_equal(back[name], there)
    assert back["series"]["instances"].sum() == count


def test_the_same_study_has_the_same_bytes(clinic: World, tmp_path: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        write_dicom(clinic, tmp_path / name, Period(), silent, SMALL)
    ones, twos = files(tmp_path / "one"), files(tmp_path / "two")
    assert [one.read_bytes() for one in ones] == [two.read_bytes() for two in twos]


def test_the_note_of_the_export_counts_what_has_no_pictures(clinic: World, tmp_path: Path) -> None:
    begin = clinic["encounter"]["registered_at"].min()
    period = Period(None, begin + dt.timedelta(days=2))  # type: ignore[operator]  # Polars does not know that it is a time
    fill(clinic, FORMATS["dicom"], tmp_path / "out", period, silent)
    note = json.loads((tmp_path / "out" / NOTE).read_text(encoding="utf-8"))
    ids = encounters(clinic, period).implode()
    ecg = clinic["imaging_study"].filter(
        pl.col("name_en") == "12-lead electrocardiogram", pl.col("encounter_id").is_in(ids)
    )
    assert len(ecg) > 0
    assert note["studies without pictures here"]["ECG: 12-lead electrocardiogram"] == len(ecg)
    assert note["files"] == len(files(tmp_path / "out"))


def test_pydicom_reads_every_file_and_its_pixels(written: Path) -> None:
    seen: set[str] = set()
    for path in files(written):
        found = pydicom.dcmread(path)
        seen.add(found.Modality)
        assert all(len(uid) <= 64 for uid in (found.SOPInstanceUID, found.SeriesInstanceUID, found.StudyInstanceUID))
        assert found.PatientName.ideographic
        if found.Modality != "SR":
            assert found.pixel_array.shape == (found.Rows, found.Columns)
            assert found.pixel_array.std() > 0
            assert found.BurnedInAnnotation == "NO"
    assert seen == {"DX", "CT", "MR", "US", "SR"}


def test_slices_of_a_series_lie_one_thickness_apart_in_one_frame_of_reference(written: Path) -> None:
    series: dict[str, list[pydicom.Dataset]] = {}
    for path in files(written):
        found = pydicom.dcmread(path, stop_before_pixels=True)
        if found.Modality in ("CT", "MR"):
            series.setdefault(found.SeriesInstanceUID, []).append(found)
    assert len(series) > 40
    for images in series.values():
        across, down = np.split(np.array(images[0].ImageOrientationPatient, float), 2)
        places = np.array([one.ImagePositionPatient for one in images], float)
        steps = np.diff(places @ np.cross(across, down))
        assert np.allclose(np.abs(steps), float(images[0].SliceThickness), atol=0.01)
        assert len({one.FrameOfReferenceUID for one in images}) == 1


def test_names_are_burned_in_on_demand_only(clinic: World, tmp_path: Path) -> None:
    write_dicom(clinic, tmp_path, Period(), silent, Options(ct=32, ct_slices=1, mr=32, mr_slices=1, burned_in=0.5))
    said = {"YES": 0, "NO": 0}
    for path in files(tmp_path):
        found = pydicom.dcmread(path)
        if found.Modality in ("DX", "US"):
            said[found.BurnedInAnnotation] += 1
            if found.BurnedInAnnotation == "YES":
                assert (found.pixel_array == found.pixel_array.max()).sum() > 300
    assert min(said.values()) > 20


def test_a_damaged_file_is_named_with_tag_and_reason(written: Path, tmp_path: Path) -> None:
    whole = next(path for path in files(written) if pydicom.dcmread(path).Modality == "CT").read_bytes()
    damages = {
        "short.dcm": (whole[:-100], r"\(7FE0,0010\) PixelData: declares 8,192 bytes, but the file has only 8,092 left"),
        "cut.dcm": (whole[:700], "ends at byte .* beyond its surroundings"),
        "text.dcm": (b"hello", "this is no file of Part 10"),
        "rows.dcm": (whole.replace(b"\x28\0\x10\0US\2\0\x40\0", b"\x28\0\x10\0US\2\0\xff\xff"), "65535 x 64 pixels"),
        "kind.dcm": (whole.replace(b"\x10\0\x40\0CS", b"\x10\0\x40\0!!"), r"PatientSex: has the value repr.*'!!'"),
        "sex.dcm": (whole.replace(b"\x10\0\x40\0CS\2\0F", b"\x10\0\x40\0CS\2\0Q").replace(
            b"\x10\0\x40\0CS\2\0M", b"\x10\0\x40\0CS\2\0Q"), r"\(0010,0040\) PatientSex: 'Q' should be one of M, F"),
        "syntax.dcm": (whole.replace(b"10008.1.2.1\0", b"10008.1.2.2\0"), "TransferSyntaxUID.*not read"),
    }  # fmt: skip
    for name, (data, message) in damages.items():
        folder = tmp_path / name
        folder.mkdir()
        (folder / name).write_bytes(data)
        with pytest.raises(ReadError, match=rf"{name}: .*{message}"):
            read_dicom(folder, Rejects())


def test_sequences_without_end_and_headers_without_end_are_refused(written: Path, tmp_path: Path) -> None:
    whole = files(written)[0].read_bytes()
    begin = 132 + 12 + int.from_bytes(whole[140:144], "little")
    nested: list[dict[str, object]] = []
    for _ in range(DEPTH + 1):
        nested = [{"ReferencedStudySequence": nested}]
    deep = joined(encode({"ReferencedStudySequence": nested}, "GB18030"))
    long = joined(encode({"StudyDescription": "x", "TextValue": "x" * HEADER_LIMIT, "Rows": 1}, "GB18030"))
    for name, data, reason in (("deep", deep, "deeper than is read"), ("long", long, "longer than 4 MiB")):
        (tmp_path / name).mkdir()
        (tmp_path / name / "one.dcm").write_bytes(whole[:begin] + data)
        with pytest.raises(ReadError, match=reason):
            read_dicom(tmp_path / name, Rejects())


def test_a_study_without_its_report_is_a_reject(written: Path, tmp_path: Path) -> None:
    image = files(written)[0]
    (tmp_path / "one.dcm").write_bytes(image.read_bytes())
    rejects = Rejects(keep=True)
    assert read_dicom(tmp_path, rejects)["imaging_study"].is_empty()
    assert "has no readable report" in str(rejects.found[0])


@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_mutated_files_are_rejects_and_nothing_else(
    written: Path, tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    paths = [path for path in files(written) if path.stat().st_size < 40_000]
    content = bytearray(data.draw(st.sampled_from(paths)).read_bytes())
    edge = min(len(content), 4000) - 1
    for _ in range(data.draw(st.integers(1, 12))):
        content[data.draw(st.integers(128, edge))] = data.draw(st.integers(0, 255))
    cut = data.draw(st.integers(100, len(content)))
    folder = tmp_path_factory.mktemp("mutated")
    (folder / "one.dcm").write_bytes(content[:cut])
    tables = read_dicom(folder, Rejects(keep=True))
    assert tables["imaging_study"].is_empty()
