"""Studies into folders: accession number / number of the series / number of the instance."""

import datetime as dt
import json
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from simulator.formats.dicom.files import Series
from simulator.formats.dicom.headers import series_header, study_header
from simulator.formats.dicom.images import Drawing, Target, image_series
from simulator.formats.dicom.options import Options
from simulator.formats.dicom.report import report
from simulator.formats.dicom.rules import SR_CLASS
from simulator.formats.dicom.studies import NAMES, Names, Study, studies
from simulator.formats.folder import NOTE
from simulator.formats.format import Period, Progress
from simulator.formats.portions import portions
from simulator.knowledge import load_knowledge
from simulator.world.world import World

PORTION = 500
REPORT_SERIES = 99


DEFAULT = Options()


def write_dicom(world: World, folder: Path, period: Period, progress: Progress, options: Options = DEFAULT) -> int:
    """Files of Part 10 for each study of a kind that has pictures here; returns their number.

    Studies of other kinds (electrocardiograms, endoscopy, eye, angiography, mammography) are counted in the note.
    """
    names, zone = Names(load_knowledge()), world.scenario.calendar.zone
    skipped: Counter[str] = Counter()
    written, done = 0, 0
    for tables in portions(world, NAMES, period, PORTION):
        for study in studies(tables):
            drawing = Drawing.of(study, names, zone)
            if drawing is None:
                skipped[f"{study['modality']}: {study['name_en']}"] += 1
            else:
                written += _write_study(drawing, folder, options, zone)
        done += len(tables["encounter"])
        progress(done)
    note = {"studies without pictures here": dict(sorted(skipped.items()))}
    (folder / NOTE).write_text(json.dumps(note), encoding="utf-8")
    return written


def _write_study(drawing: Drawing, folder: Path, options: Options, zone: dt.timezone) -> int:
    study = drawing.study
    target = Target(folder / study["accession_number"], study_header(study, options.charset, zone), options, zone)
    made = list(image_series(drawing, target))
    made.append(_write_report(study, target, made))
    return sum(len(one.instances) for one in made)


def _write_report(study: Study, target: Target, images: Sequence[Series]) -> Series:
    header = series_header(study, "SR", REPORT_SERIES, "影像报告 Imaging report", target.zone)
    shared = target.shared | header | {"SOPClassUID": SR_CLASS}
    series = Series(target.folder / str(REPORT_SERIES), shared, target.options.charset)
    about = [(one.sop_class, one.identifier, one.instances) for one in images]
    series.add(report(study, about, target.zone))
    return series
