"""NEWS2, the National Early Warning Score 2 (Royal College of Physicians, London 2017), from charted values."""

from collections.abc import Mapping

import numpy as np

from simulator.arrays import Floats, Ints

EDGES: Mapping[str, tuple[tuple[float, ...], tuple[int, ...]]] = {
    "respiratory_rate": ((9, 12, 21, 25), (3, 1, 0, 2, 3)),
    "spo2": ((92, 94, 96), (3, 2, 1, 0)),
    "systolic": ((91, 101, 111, 220), (3, 2, 1, 0, 3)),
    "heart_rate": ((41, 51, 91, 111, 131), (3, 1, 0, 1, 2, 3)),
    "temperature": ((35.05, 36.05, 38.05, 39.05), (3, 1, 0, 1, 2)),
}
"""Lowest value of each further band, and the points of the bands; oxygen saturation on scale 1."""
ON_OXYGEN, NOT_ALERT = 2, 3
FROM_AGE = 16


def news2(charted: Mapping[str, Floats], oxygen_flow: Floats, consciousness: Ints) -> Ints:
    """(n,) points 0..20; consciousness is the position in AVPU, 0 alert; charted values are rounded as charted."""
    points = np.where(oxygen_flow > 0, ON_OXYGEN, 0) + np.where(consciousness > 0, NOT_ALERT, 0)
    for sign, (edges, scores) in EDGES.items():
        points = points + np.array(scores)[np.searchsorted(edges, charted[sign], side="right")]
    return np.asarray(points)
