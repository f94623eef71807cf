"""Tests of one specimen that must agree: blood cells, ions, bilirubin, protein, lipids, blood gas, clotting."""

from collections.abc import Callable, Mapping

import numpy as np

from simulator.arrays import Floats, Ints
from simulator.care.assay import Assay

Values = dict[str, Floats]
"""Test -> its value in each specimen that has it, NaN elsewhere."""

CELL_HAEMOGLOBIN = (300.0, 358.0)
"""g/L of packed red cells: what MCHC seldom leaves, also in iron deficiency and spherocytosis: estimate."""
LEAST_HAEMOGLOBIN, MOST_CELLS = 28.0, 8.9
"""g/L that are seldom survived, and 10*12/L that no count exceeds: estimate."""
MOST_NEUTROPHILS = 96.0
LIVING_PH = (6.85, 7.7)
"""Arterial pH that is survived for hours: estimate."""
LOW_PO2, BELOW = 55.0, 0.4
"""mm[Hg] from which oxygen is given, and what is then seen of a further fall: estimate."""
MOST_MONOCYTES, MOST_BASOPHILS = 25.0, 5.0
"""Per cent of white cells: what a differential leaves them at most when infection or allergy fills it."""
GAS_RESULTS = ("base_excess", "oxygen_saturation_arterial")
SATURATION = (23_400.0, 150.0)
"""mm[Hg] cubed and squared: constants of the oxygen dissociation curve, Severinghaus 1979, equation 1."""
APART = 0.6
"""How much of a difference between ions goes to chloride, the rest to the gap: estimate."""
LEAST_GAP = 3.0
"""mmol/L"""
GLOBULIN = (14.0, 70.0)
"""g/L: what total protein has beyond albumin, to the most that a myeloma makes of it: estimate."""
USUAL_ALBUMIN = 46.0
"""g/L: between the middles of the reference intervals of children and of adults."""


def agree(assay: Assay, order: Ints, test: Ints, value: Floats) -> Floats:
    """The values with every dependent test brought in line with those it follows from; order (n,) ascending."""
    names = [name for names, _ in RELATIONS for name in names if name in assay.at]
    column = np.full(len(assay.log), -1)
    column[[assay.at[name] for name in names]] = np.arange(len(names))
    rows = np.flatnonzero(column[test] >= 0)
    specimen = np.cumsum(np.diff(order[rows], prepend=order[rows][:1]) != 0)  # the orders come in order
    table = np.full((len(names), specimen[-1] + 1 if len(rows) else 0), np.nan)
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
    """Haematocrit follows haemoglobin and its concentration in the cells, the count follows it and the cell volume."""
    haemoglobin = np.maximum(v["hemoglobin"], LEAST_HAEMOGLOBIN)
    packed = haemoglobin / np.clip(v["mchc"], *CELL_HAEMOGLOBIN) * 100
    volume = np.maximum(v["mcv"], packed * 10 / MOST_CELLS)
    count = packed / volume * 10
    indices = {"mcv": volume, "mch": haemoglobin / count, "mchc": haemoglobin / packed * 100}
    return {"hemoglobin": haemoglobin, "hematocrit": packed, "rbc": count, **indices}


def _white_cells(v: Mapping[str, Floats]) -> Values:
    """The five parts of the differential make a hundred."""
    eosinophils = np.minimum(v["eosinophil_pct"], 60.0)
    monocytes = np.minimum(v["monocyte_pct"], MOST_MONOCYTES)
    basophils = np.minimum(v["basophil_pct"], MOST_BASOPHILS)
    both = np.maximum(v["neutrophil_pct"], 1) + np.maximum(v["lymphocyte_pct"], 1)
    room = 100 - eosinophils - monocytes - basophils
    neutrophils = np.minimum(np.maximum(v["neutrophil_pct"], 1) * room / both, MOST_NEUTROPHILS)
    return {
        "eosinophil_pct": eosinophils,
        "monocyte_pct": monocytes,
        "basophil_pct": basophils,
        "neutrophil_pct": neutrophils,
        "lymphocyte_pct": room - neutrophils,
    }


def _bilirubin(v: Mapping[str, Floats]) -> Values:
    return {"direct_bilirubin": np.minimum(v["direct_bilirubin"], 0.8 * v["total_bilirubin"])}


def _protein(v: Mapping[str, Floats]) -> Values:
    """Who loses albumin loses total protein: globulin is what was drawn beyond a usual albumin, and stays."""
    globulin = np.clip(v["total_protein"] - USUAL_ALBUMIN, *GLOBULIN)
    return {"total_protein": v["albumin"] + globulin, "globulin": globulin}


def _lipids(v: Mapping[str, Floats]) -> Values:
    """Friedewald's relation in mmol/L, with what triglyceride-rich particles can hold at most."""
    return {"cholesterol": v["ldl"] + v["hdl"] + np.minimum(v["triglycerides"] / 2.2, 2.0)}


def _blood_gas(v: Mapping[str, Floats]) -> Values:
    """Henderson and Hasselbalch: pH = 6.1 + log10(bicarbonate / (0.0307 pCO2)), mmol/L and mm[Hg].

    Base excess after Siggaard-Andersen's Van Slyke equation with the haemoglobin term left out, mmol/L; saturation
    from the oxygen dissociation curve at pH 7.4, %.
    """
    ph = np.clip(6.1 + np.log10(v["bicarbonate_arterial"] / (0.0307 * v["pco2_arterial"])), *LIVING_PH)
    pco2 = v["bicarbonate_arterial"] / (0.0307 * 10 ** (ph - 6.1))  # breathing keeps the pH within what is lived with
    excess = 0.93 * (v["bicarbonate_arterial"] - 24.4 + 14.8 * (ph - 7.4))
    po2 = np.where(v["po2_arterial"] < LOW_PO2, LOW_PO2 - BELOW * (LOW_PO2 - v["po2_arterial"]), v["po2_arterial"])
    cube, line = SATURATION
    saturation = 100 / (1 + cube / (po2**3 + line * po2))
    return {
        "ph_arterial": ph,
        "pco2_arterial": pco2,
        "po2_arterial": po2,
        "base_excess": excess,
        "oxygen_saturation_arterial": saturation,
    }


def _ions(v: Mapping[str, Floats]) -> Values:
    """The anion gap is sodium less chloride and bicarbonate, mmol/L; what they were drawn apart is shared."""
    apart = v["sodium"] - v["chloride"] - v["bicarbonate_serum"] - v["anion_gap"]
    chloride = np.round(v["chloride"] + APART * apart, 1)
    bicarbonate = np.round(v["bicarbonate_serum"], 1)
    sodium = np.round(v["sodium"], 1)
    gap = np.maximum(sodium - chloride - bicarbonate, LEAST_GAP)
    return {
        "sodium": sodium,
        "chloride": sodium - bicarbonate - gap,
        "bicarbonate_serum": bicarbonate,
        "anion_gap": gap,
    }


def _clotting(v: Mapping[str, Floats]) -> Values:
    return {"inr": (v["prothrombin_time"] / 12.0) ** 1.1}


def _iron_transport(v: Mapping[str, Floats]) -> Values:
    """A gram of transferrin (79.6 kDa) carries two atoms of iron: 25.1 umol."""
    return {"iron_binding_capacity": 25.1 * v["transferrin"]}


def _prostate(v: Mapping[str, Floats]) -> Values:
    return {"psa_free": np.minimum(v["psa_free"], 0.9 * v["psa"])}


RELATIONS: tuple[tuple[tuple[str, ...], Callable[[Mapping[str, Floats]], Values]], ...] = (
    (("hemoglobin", "hematocrit", "rbc", "mcv", "mch", "mchc"), _red_cells),
    (("neutrophil_pct", "lymphocyte_pct", "eosinophil_pct", "monocyte_pct", "basophil_pct"), _white_cells),
    (("total_bilirubin", "direct_bilirubin"), _bilirubin),
    (("albumin", "total_protein", "globulin"), _protein),
    (("cholesterol", "ldl", "hdl", "triglycerides"), _lipids),
    (("ph_arterial", "bicarbonate_arterial", "pco2_arterial", "po2_arterial", *GAS_RESULTS), _blood_gas),
    (("sodium", "chloride", "bicarbonate_serum", "anion_gap"), _ions),
    (("prothrombin_time", "inr"), _clotting),
    (("transferrin", "iron_binding_capacity"), _iron_transport),
    (("psa", "psa_free"), _prostate),
)
"""Tests that hang together, and what brings the dependent ones into line; all tests of a relation are of one panel."""
