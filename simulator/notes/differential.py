"""What is asked and thought of besides: symptoms and diseases that are near a disease without being it."""

from collections import Counter, defaultdict
from functools import cached_property
from heapq import nlargest

from simulator.care.complaints import NONE
from simulator.knowledge import Knowledge
from simulator.notes.phrases import Words

COMMON = 6
"""A symptom of fewer diseases than this is too special to be asked of everyone."""
SYMPTOM_CHAPTERS = "RZ"
"""ICD-10: what is no disease but a symptom or a reason for coming."""
NEAR = 24
"""Symptoms and diseases kept for each disease."""


class Differential:
    """Neighbours of each disease by the symptoms they share, in descending order of likeness."""

    def __init__(self, knowledge: Knowledge, words: Words) -> None:
        self._knowledge = knowledge
        self._unasked = frozenset((NONE, *words["never_asked"]))
        self._infants_only = frozenset(words["infants_only"])
        self._infants = frozenset(words["seen_in_infants"])
        self._near: dict[str, dict[str, float]] = {}
        self._asked: dict[str, list[str]] = {}
        self._possible: dict[tuple[str, str, int], list[str]] = {}
        self._fitting: dict[tuple[str, str, bool], list[str]] = {}
        self.kin: dict[str, set[str]] = defaultdict(set)
        for line in words["kin"]:
            for one in line:
                self.kin[one].update(line)

    @cached_property
    def _holders(self) -> dict[str, list[str]]:
        """Symptom -> diseases that have it."""
        found: dict[str, list[str]] = defaultdict(list)
        for key, disease in self._knowledge.diseases.items():
            for symptom in disease.symptoms:
                found[symptom].append(key)
        return found

    @cached_property
    def _only(self) -> dict[str, str | None]:
        """Symptom -> the sex that alone can have it, if so."""
        found: dict[str, str | None] = {}
        for symptom, holders in self._holders.items():
            sexes = {self._knowledge.diseases[key].only for key in holders}
            found[symptom] = sexes.pop() if len(sexes) == 1 else None
        return found

    def near(self, key: str) -> dict[str, float]:
        """Diseases that look like this one, and how much."""
        if key not in self._near:
            diseases = self._knowledge.diseases
            category, score = diseases[key].icd10[:3], dict[str, float]()
            for symptom, share in diseases[key].symptoms.items():
                for other in self._holders[symptom]:
                    score[other] = score.get(other, 0.0) + share * diseases[other].symptoms[symptom]
            others = [
                (likeness, other)
                for other, likeness in score.items()
                if diseases[other].icd10[:3] != category
                and diseases[other].icd10[0] not in SYMPTOM_CHAPTERS
                and "unspecified" not in diseases[other].en.lower()
            ]
            self._near[key] = {other: likeness for likeness, other in nlargest(NEAR, others)}
        return self._near[key]

    def suspects(self, key: str, sex: str, age: int) -> list[str]:
        """Those of them that somebody of this sex and age can have, the likeliest first."""
        found = self._possible.get((key, sex, age))
        if found is None:
            rates = self._knowledge.case_rates[:, 0 if sex == "male" else 1, min(age, 100)]
            near = self.near(key)
            weight = {other: like * float(rates[self._positions[other]]) ** 0.5 for other, like in near.items()}
            found = sorted((other for other in weight if weight[other] > 0), key=lambda other: -weight[other])
            self._possible[key, sex, age] = found
        return found

    @cached_property
    def _positions(self) -> dict[str, int]:
        return {key: nth for nth, key in enumerate(self._knowledge.disease_ids)}

    def asked(self, key: str, sex: str, *, infant: bool) -> list[str]:
        """Symptoms that one asks about in this disease: its own rarer ones first, then those of its neighbours."""
        if key not in self._asked:
            score: Counter[str] = Counter()
            for other in (key, *self.near(key)):
                score.update(self._knowledge.diseases[other].symptoms.keys())
            self._asked[key] = [one for one, _ in score.most_common() if self._askable(one)]
        found = self._fitting.get((key, sex, infant))
        if found is None:
            told = [one for one in self._asked[key] if self._only[one] in {None, sex}]
            found = self._fitting[key, sex, infant] = [
                one for one in told if (one in self._infants if infant else one not in self._infants_only)
            ]
        return found

    def _askable(self, symptom: str) -> bool:
        return symptom not in self._unasked and len(self._holders[symptom]) >= COMMON
