"""Tests of one specimen that must agree: red cells, white cells, bilirubin, protein, lipids, blood gas, clotting."""

from collections.abc import Callable, Mapping

import numpy as np

from simulator.arrays import Floats, Ints
from simulator.care.assay import Assay

Values = dict[str, Floats]
"""Test -> its value in each specimen that has it, NaN elsewhere."""

CELL_HAEMOGLOBIN = (310.0, 350.0)
"""g/L of packed red cells: the range of MCHC in health."""
OTHER_WHITE_CELLS = 7.5
"""Per cent of white cells that are monocytes or basophils, on average."""
GLOBULIN = (18.0, 45.0)
"""g/L: what total protein has beyond albumin."""


def agree(assay: Assay, order: Ints, test: Ints, value: Floats) -> Floats:
    """The values with every dependent test brought into line with those it follows from, specimen by specimen."""
    names = [name for names, _ in RELATIONS for name in names if name in assay.at]
    column = np.full(len(assay.log), -1)
    column[[assay.at[name] for name in names]] = np.arange(len(names))
    rows = np.flatnonzero(column[test] >= 0)
    specimens, specimen = np.unique(order[rows], return_inverse=True)
    table = np.full((len(names), len(specimens)), np.nan)
    table[column[test[rows]], specimen] = np.clip(value[rows], assay.lowest[test[rows]], assay.highest[test[rows]])
    values = dict(zip(names, table, strict=True))
    for needed, relation in RELATIONS:
        if all(name in values for name in needed):
            values |= relation(values)
    made = np.stack([values[name] for name in names]) if names else table
    agreed = value.copy()
    agreed[rows] = made[column[test[rows]], specimen]
    return agreed


def _red_cells(v: Mapping[str, Floats]) -> Values:
    """Haematocrit follows haemoglobin, the count follows haematocrit and cell volume."""
    packed = v["hemoglobin"] / np.clip(v["hemoglobin"] / v["hematocrit"] * 100, *CELL_HAEMOGLOBIN) * 100
    return {"hematocrit": packed, "rbc": packed / v["mcv"] * 10}


def _white_cells(v: Mapping[str, Floats]) -> Values:
    """The differential leaves room for monocytes and basophils."""
    eosinophils = np.minimum(v["eosinophil_pct"], 60.0)
    room = 100 - OTHER_WHITE_CELLS - eosinophils
    both = np.maximum(v["neutrophil_pct"], 1) + np.maximum(v["lymphocyte_pct"], 1)
    scale = room / both
    return {
        "eosinophil_pct": eosinophils,
        "neutrophil_pct": np.maximum(v["neutrophil_pct"], 1) * scale,
        "lymphocyte_pct": np.maximum(v["lymphocyte_pct"], 1) * scale,
    }


def _bilirubin(v: Mapping[str, Floats]) -> Values:
    return {"direct_bilirubin": np.minimum(v["direct_bilirubin"], 0.8 * v["total_bilirubin"])}


def _protein(v: Mapping[str, Floats]) -> Values:
    return {"total_protein": v["albumin"] + np.clip(v["total_protein"] - v["albumin"], *GLOBULIN)}


def _lipids(v: Mapping[str, Floats]) -> Values:
    """Friedewald's relation in mmol/L, with what triglyceride-rich particles can hold at most."""
    return {"cholesterol": v["ldl"] + v["hdl"] + np.minimum(v["triglycerides"] / 2.2, 2.0)}


def _blood_gas(v: Mapping[str, Floats]) -> Values:
    """Henderson and Hasselbalch: pH = 6.1 + log10(bicarbonate / (0.0307 pCO2)), mmol/L and mm[Hg]."""
    return {"ph_arterial": 6.1 + np.log10(v["bicarbonate_arterial"] / (0.0307 * v["pco2_arterial"]))}


def _clotting(v: Mapping[str, Floats]) -> Values:
    return {"inr": (v["prothrombin_time"] / 12.0) ** 1.1}


RELATIONS: tuple[tuple[tuple[str, ...], Callable[[Mapping[str, Floats]], Values]], ...] = (
    (("hemoglobin", "hematocrit", "rbc", "mcv"), _red_cells),
    (("neutrophil_pct", "lymphocyte_pct", "eosinophil_pct"), _white_cells),
    (("total_bilirubin", "direct_bilirubin"), _bilirubin),
    (("albumin", "total_protein"), _protein),
    (("cholesterol", "ldl", "hdl", "triglycerides"), _lipids),
    (("ph_arterial", "bicarbonate_arterial", "pco2_arterial"), _blood_gas),
    (("prothrombin_time", "inr"), _clotting),
)
"""Tests that hang together, and what brings the dependent ones into line; all tests of a relation are of one panel."""
