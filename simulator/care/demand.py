"""How many episodes each disease brings to this hospital in a year, so that the published totals are met.

The knowledge gives the mix of diseases; the scenario gives the totals of visits and admissions. One factor for each
setting joins the two and makes up for diseases that the knowledge does not describe yet.
"""

from dataclasses import dataclass

import numpy as np

from simulator.arrays import Floats
from simulator.care.rules import EMERGENCY, INPATIENT, OUTPATIENT
from simulator.care.site import Site
from simulator.errors import ScenarioError


@dataclass(frozen=True)
class Yearly:
    """Episodes a year by disease and setting, (D, 3), and the factor that scaled each setting, (3,)."""

    episodes: Floats
    factors: Floats


def yearly(site: Site) -> Yearly:
    """Scale the knowledge's episodes to the scenario's visits, emergencies and admissions."""
    demand = site.clock.scenario.demand
    expected = _expected(site)[:, None] * site.rules.shares
    admissions = demand.admissions_per_100.value / 100 * len(site.people)
    visits = demand.visits_per_person.value * len(site.people)
    emergencies = demand.emergency_share.value * visits
    inpatient = expected[:, INPATIENT] * (admissions / max(expected[:, INPATIENT].sum(), 1e-9))
    through_emergency = float((inpatient * site.rules.via_emergency).sum())
    returns = site.rules.follow_up[:, 0] * site.rules.follow_up[:, 2]
    clinic = visits - emergencies - (admissions - through_emergency) - float((inpatient * returns).sum())
    direct = emergencies - through_emergency
    if clinic <= 0 or direct <= 0:
        raise ScenarioError(
            f"demand: {demand.admissions_per_100.value} admissions per 100 people leave no ordinary visits: "
            f"raise visits_per_person ({demand.visits_per_person.value}) "
            f"or emergency_share ({demand.emergency_share.value}), "
            f"so that emergencies exceed {through_emergency / visits:.3f} of the visits",
        )
    weighted = np.stack([expected[:, OUTPATIENT] * (1 + returns), expected[:, EMERGENCY]])
    scale = np.array([clinic, direct]) / np.maximum(weighted.sum(axis=1), 1e-9)
    factors = np.array([*scale, admissions / max(expected[:, INPATIENT].sum(), 1e-9)])
    return Yearly(expected * factors, factors)


def yearly_primary(site: Site) -> Yearly:
    """What health centres see besides: the knowledge's clinic visits, scaled to the scenario's primary care."""
    primary = site.clock.scenario.demand.primary
    visits = 0.0 if primary is None else primary.visits_per_person.value * len(site.people)
    expected = np.zeros_like(site.rules.shares)
    expected[:, OUTPATIENT] = _expected(site) * site.rules.shares[:, OUTPATIENT]
    returns = site.rules.follow_up[:, 0] * site.rules.follow_up[:, 2]
    factor = visits / max(float((expected[:, OUTPATIENT] * (1 + returns)).sum()), 1e-9)
    return Yearly(expected * factor, np.array([factor, 0.0, 0.0]))


def _expected(site: Site) -> Floats:
    """Episodes a year by disease before scaling, (D,); where a disease is commoner it is less often treated."""
    diseases = list(site.knowledge.diseases.values())
    size = np.diff(site.people.cell_start)
    infants = site.knowledge.population[:, 0].sum()
    fewer = site.knowledge.demography.value("birth_rate") / 1000 / infants  # births fell since the census
    by_cell = site.knowledge.episode_rates.reshape(len(diseases), -1) @ size
    by_cell = by_cell * np.where([disease.newborn for disease in diseases], fewer, 1.0)
    contacts = np.array([disease.occurrence.contacts for disease in diseases])
    holders = np.bincount(site.conditions.disease, minlength=len(diseases))
    factors = site.knowledge.regional_factors(site.clock.scenario.region)
    return np.where(site.rules.chronic, holders / factors * contacts, by_cell)
