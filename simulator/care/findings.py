"""What imaging shows, as arrays: the conclusions of each examination, and how often a disease leads to each."""

from dataclasses import dataclass

import numpy as np

from simulator.arrays import Floats, Ints, Ragged
from simulator.knowledge import Knowledge

NORMAL = ("未见明显异常", "No abnormality seen")


@dataclass(frozen=True)
class Findings:
    """Conclusions (C), the first is normal, and the pairs (P) of a disease and an examination that it shows in.

    pair: (P,) disease * examinations + examination, ascending; lists: the conclusions of each pair, and p how often;
    chance: (examinations,) the conclusion of a chance finding, 0 where the examination has none.
    """

    texts: tuple[tuple[str, str], ...]
    examinations: int
    pair: Ints
    lists: Ragged
    p: Floats
    chance: Ints

    def of(self, disease: Ints, examination: Ints) -> tuple[Ints, Ints]:
        """All that each disease may show in each examination: (row, entry of `lists`)."""
        wanted = disease * self.examinations + examination
        at = np.minimum(np.searchsorted(self.pair, wanted), max(len(self.pair) - 1, 0))
        found = np.flatnonzero(self.pair[at] == wanted) if len(self.pair) else np.zeros(0, np.int64)
        row, entry = self.lists.expand(at[found])
        return found[row], entry


def lay_out_findings(knowledge: Knowledge) -> Findings:
    """Flatten conclusions and what diseases show."""
    catalogue = list(knowledge.imaging.values())
    position = {name: n for n, name in enumerate(knowledge.imaging)}
    texts, place = [NORMAL], {}
    for n, one in enumerate(catalogue):
        for key, text in one.findings.items():
            place[n, key] = len(texts)
            texts.append((text.zh, text.en))
    shown = {
        number * len(catalogue) + position[name]: {place[position[name], key]: p for key, p in found.items()}
        for number, disease in enumerate(knowledge.diseases.values())
        for name, found in disease.findings.imaging.items()
    }
    pairs = sorted(shown)
    return Findings(
        texts=tuple(texts),
        examinations=len(catalogue),
        pair=np.array(pairs, np.int64),
        lists=Ragged.of([list(shown[pair]) for pair in pairs]),
        p=np.array([p for pair in pairs for p in shown[pair].values()], np.float64),
        chance=np.array([place[n, one.by_chance] if one.by_chance else 0 for n, one in enumerate(catalogue)], np.int64),
    )
