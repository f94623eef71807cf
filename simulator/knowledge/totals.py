"""How much care the knowledge adds up to: episodes, visits and admissions per 100,000 people and year.

`python -m simulator.knowledge.totals` prints the table.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from rich.console import Console
from rich.table import Table

from simulator.knowledge.knowledge import Knowledge
from simulator.knowledge.loader import load_knowledge
from simulator.knowledge.models import Disease

PER = 100_000


@dataclass(frozen=True)
class Totals:
    """Care per 100,000 people of the national population and year; money in CNY, stays in days."""

    clinic_visits: float
    emergency_visits: float
    follow_up_visits: float
    admissions: float
    bed_days: float
    inpatient_cost: float

    @property
    def visits(self) -> float:
        """All visits: to clinics, to the emergency department, and returning; an admission begins with one of them."""
        return self.clinic_visits + self.emergency_visits + self.follow_up_visits

    @property
    def visits_per_admission(self) -> float:
        """Ratio of visits to admissions (published for hospitals in 2023: 17.4)."""
        return self.visits / self.admissions

    @property
    def mean_stay_d(self) -> float:
        """Mean inpatient stay, days."""
        return self.bed_days / self.admissions

    @property
    def mean_inpatient_cost(self) -> float:
        """Mean bill of an admission, CNY."""
        return self.inpatient_cost / self.admissions


def episodes(knowledge: Knowledge) -> dict[str, float]:
    """Hospital episodes of each disease per 100,000 people and year."""
    yearly = np.einsum("dsa,sa->d", knowledge.episode_rates, knowledge.population) * PER
    return dict(zip(knowledge.disease_ids, yearly.tolist(), strict=True))


def disease_totals(disease: Disease, n: float) -> Totals:
    """What `n` episodes of one disease add up to."""
    s = disease.settings
    admitted = n * s.inpatient
    again = disease.follow_up.p * disease.follow_up.visits if disease.follow_up else 0.0
    return Totals(
        clinic_visits=n * s.outpatient + admitted * (1 - s.via_emergency),
        emergency_visits=n * s.emergency + admitted * s.via_emergency,
        follow_up_visits=n * again,
        admissions=admitted,
        bed_days=admitted * (disease.stay.mean_d if disease.stay else 0.0),
        inpatient_cost=admitted * (disease.cost["inpatient"].mean if admitted else 0.0),
    )


def totals(knowledge: Knowledge, diseases: Iterable[str] | None = None) -> Totals:
    """What all diseases, or the named ones, add up to."""
    yearly = episodes(knowledge)
    chosen = yearly if diseases is None else diseases
    parts = [disease_totals(knowledge.diseases[name], yearly[name]) for name in chosen]
    return Totals(*(sum(getattr(part, field) for part in parts) for field in Totals.__dataclass_fields__))


def totals_table(knowledge: Knowledge) -> Table:
    """Totals by ICD-10 chapter, per 100,000 people and year."""
    table = Table("Chapter", title="Care per 100,000 people and year")
    for heading in ("Diseases", "Clinic", "Emergency", "Follow-up", "Admissions", "Mean stay, d"):
        table.add_column(heading, justify="right")
    chapters = dict.fromkeys(d.chapter for d in knowledge.diseases.values())
    for chapter in chapters:
        names = [name for name, d in knowledge.diseases.items() if d.chapter == chapter]
        _add(table, chapter, len(names), totals(knowledge, names))
    table.add_section()
    whole = totals(knowledge)
    _add(table, "all", len(knowledge.diseases), whole)
    table.caption = (
        f"{whole.visits_per_admission:.1f} visits per admission, {whole.mean_inpatient_cost:,.0f} CNY per admission"
    )
    return table


def _add(table: Table, name: str, n: int, t: Totals) -> None:
    counts = (t.clinic_visits, t.emergency_visits, t.follow_up_visits, t.admissions)
    stay = f"{t.mean_stay_d:.1f}" if t.admissions else ""
    table.add_row(name, str(n), *(f"{count:,.0f}" for count in counts), stay)


if __name__ == "__main__":
    Console().print(totals_table(load_knowledge()))
