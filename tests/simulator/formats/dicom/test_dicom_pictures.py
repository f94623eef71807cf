"""What is drawn is what the record says."""

import numpy as np
import pytest

from simulator.formats.dicom.phantoms.model import views
from simulator.formats.dicom.phantoms.radiograph import radiograph
from simulator.formats.dicom.phantoms.raster import COLUMNS
from simulator.formats.dicom.phantoms.scene import Body, Scene, compose, lesion
from simulator.formats.dicom.phantoms.tissues import tissues
from simulator.formats.dicom.phantoms.tomography import slices
from simulator.knowledge import load_knowledge

WITHOUT_A_VIEW = {"coronary_ct_angiography", "pelvic_mri", "prostate_mri", "breast_mri", "neck_ct"}
"""Examinations with pictures in reality that are counted as left out."""


def scene(exam: str, finding: str | None, side: int = 1) -> Scene:
    rng = np.random.default_rng(5)
    return compose(views()[exam], finding, Body("male", 50, 1, 1), lesion(np.random.default_rng(6), side), rng)


def chest(finding: str | None, side: int = 1) -> np.ndarray:
    return radiograph(scene("chest_xray", finding, side), 256, np.random.default_rng(7)).astype(float)


def test_every_finding_of_the_knowledge_has_shapes_of_its_own() -> None:
    knowledge = load_knowledge().imaging
    drawn = {key: one for key, one in knowledge.items() if one.modality in ("DX", "CT", "MR", "US")}
    assert set(drawn) - set(views()) == WITHOUT_A_VIEW
    missing = {key: set(one.findings) - set(views()[key].findings) for key, one in drawn.items() if key in views()}
    assert {key: names for key, names in missing.items() if names} == {}


@pytest.mark.parametrize("exam", sorted(views()))
def test_every_view_names_tissues_and_shapes_that_there_are(exam: str) -> None:
    view = views()[exam]
    for finding in (None, *view.findings):
        assert (
            compose(
                view, finding, Body("female", 8, 0.6, 0.9), lesion(np.random.default_rng(1)), np.random.default_rng(2)
            ).shapes.shape[1]
            == COLUMNS
        )
    assert len(tissues().names) <= 64, "a mask of tissues has 64 bits"


@pytest.mark.parametrize("side", [-1, 1])
@pytest.mark.parametrize("finding", ["infiltrate", "effusion", "mass"])
def test_a_dense_lesion_whitens_its_side_more_than_the_other(finding: str, side: int) -> None:
    gain = chest(finding, side) - chest(None, side)
    right, left = gain[:, :128].mean(), gain[:, 128:].mean()  # the patient's left is on the right
    assert (left if side > 0 else right) > 4 + abs(right if side > 0 else left)


def test_an_enlarged_heart_whitens_the_lower_chest() -> None:
    gain = chest("cardiomegaly") - chest(None)
    assert gain[100:190].mean() > 10


@pytest.mark.parametrize(("finding", "brighter"), [("haemorrhage", True), ("infarct", False)])
def test_blood_is_bright_and_infarcts_are_dark_on_the_side_of_the_lesion(finding: str, *, brighter: bool) -> None:
    def stack(name: str | None) -> np.ndarray:
        return np.stack(list(slices(scene("head_ct", name), ("hu",), 128, 8, np.random.default_rng(3)))).astype(float)

    change = stack(finding) - stack(None)
    left = change[:, 30:98, 68:100].mean()
    assert left > 0.5 if brighter else left < -0.5
