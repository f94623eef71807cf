"""What is simulated: a frozen, self-checking description of hospitals, their catchment, and the calendar.

>>> load_scenario("county", days=28).days
28
"""

import datetime as dt
import hashlib
import json
import math
from typing import Annotated, Any, Literal, Self

from pydantic import Field, model_validator

from simulator.part import Part
from simulator.resources import Disruption, Stations

HOURS = 24
WEEKDAYS = 7
Text = Annotated[str, Field(min_length=1)]
Id = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
Weight = Annotated[float, Field(ge=0)]
LEVELS = ("primary", "secondary", "tertiary")
"""Levels of hospitals, lowest first."""
Hour = Annotated[int, Field(ge=0, le=24)]


class Figure(Part):
    """A number with its unit and its source; an override may give the bare number."""

    value: Annotated[float, Field(gt=0)]
    unit: Text = "1"
    source: Text = "set by the user"

    @model_validator(mode="before")
    @classmethod
    def _bare(cls, data: object) -> object:
        return {"value": data} if isinstance(data, int | float) and not isinstance(data, bool) else data


class District(Part):
    """Where people live; `weight` is its share of the population, relative to the others.

    urban: share of its people who live in a town or city; without another figure that of Liaoning (census 2020).
    """

    zh: Text
    en: Text
    weight: Annotated[float, Field(gt=0)] = 1.0
    urban: Annotated[float, Field(ge=0, le=1)] = 0.7214


class Department(Part):
    """A department with a clinic: doctors on duty, hours, and what it `takes` for departments that are absent."""

    id: Id
    doctors: Annotated[int, Field(ge=1, le=500)]
    minutes: Annotated[float, Field(ge=1, le=120)] = 8.0
    opens: Hour = 8
    closes: Hour = 17
    weekend: bool = False
    takes: tuple[Id, ...] = ()

    @model_validator(mode="after")
    def _opens_before_it_closes(self) -> Self:
        if self.opens >= self.closes:
            raise ValueError(f"opens must be earlier than closes, got {self.opens} and {self.closes}")
        return self


class Ward(Part):
    """A ward of a department, with its beds; it also `takes` patients of departments without a ward of their own."""

    id: Id
    department: Id
    zh: Text
    en: Text
    kind: Literal["general", "intensive", "maternity", "paediatric"] = "general"
    takes: tuple[Id, ...] = ()
    beds: Annotated[int, Field(ge=1, le=500)]


class Hospital(Part):
    """One hospital or health centre, the people for whom it is the nearest, and its finite resources.

    refers_to: the id of the hospital of a higher level that it sends patients to (医联体); a health centre that does
    may be without beds.
    """

    id: Id | None = None
    refers_to: Id | None = None
    vendor: Id | None = None
    zh: Text
    en: Text
    level: Literal["primary", "secondary", "tertiary"]
    population: Annotated[int, Field(ge=100, le=100_000_000)]
    districts: Annotated[tuple[District, ...], Field(min_length=1)]
    departments: Annotated[tuple[Department, ...], Field(min_length=1)]
    emergency_doctors: Annotated[int, Field(ge=1, le=200)]
    wards: tuple[Ward, ...]
    stations: Stations = Stations()

    @model_validator(mode="after")
    def _parts_fit(self) -> Self:
        for what, ids in (("department", self.departments), ("ward", self.wards)):
            names = [part.id for part in ids]
            if twice := sorted({name for name in names if names.count(name) > 1}):
                raise ValueError(f"{what} ids must differ, got {twice[0]} twice")
        known = {department.id for department in self.departments}
        for n, ward in enumerate(self.wards):
            if ward.department not in known:
                raise ValueError(
                    f"wards[{n}].department must be one of {', '.join(sorted(known))}, got {ward.department}",
                )
        bedless = not self.wards and self.level == "primary" and self.refers_to is not None
        if not bedless and all(ward.kind == "intensive" for ward in self.wards):
            raise ValueError("wards must have at least one that is not intensive care")
        return self

    @property
    def beds(self) -> int:
        """Beds of all wards."""
        return sum(ward.beds for ward in self.wards)


class PrimaryCare(Part):
    """What people seek each year at the health centres of a network, besides what they seek at its hospitals."""

    visits_per_person: Figure
    visit_cost_factor: Figure = Figure(value=1.0)


class Demand(Part):
    """How much care the catchment seeks here each year; the mix of diseases comes from the knowledge."""

    visits_per_person: Figure
    admissions_per_100: Figure
    emergency_share: Figure
    stay_factor: Figure = Figure(value=1.0)
    visit_cost_factor: Figure = Figure(value=1.0)
    stay_cost_factor: Figure = Figure(value=1.0)
    primary: PrimaryCare | None = None


class Calendar(Part):
    """When people come: relative weights by local hour and by weekday (Monday first), and public holidays."""

    outpatient_hours: Annotated[tuple[Weight, ...], Field(min_length=HOURS, max_length=HOURS)]
    emergency_hours: Annotated[tuple[Weight, ...], Field(min_length=HOURS, max_length=HOURS)]
    outpatient_weekdays: Annotated[tuple[Weight, ...], Field(min_length=WEEKDAYS, max_length=WEEKDAYS)]
    emergency_weekdays: Annotated[tuple[Weight, ...], Field(min_length=WEEKDAYS, max_length=WEEKDAYS)]
    holidays: tuple[dt.date, ...] = ()
    utc_offset_hours: Annotated[int, Field(ge=-12, le=14)] = 8

    @property
    def zone(self) -> dt.timezone:
        """The hospitals' local time."""
        return dt.timezone(dt.timedelta(hours=self.utc_offset_hours))


class Scenario(Part):
    """Everything a run needs besides the knowledge and the seed.

    region: where regional figures of the knowledge hold instead of the national ones; home_monitoring: how much
    commoner than in the knowledge it is that patients of clinics are monitored at home, 0 for nobody.
    """

    name: Id
    zh: Text
    en: Text
    start: dt.date
    days: Annotated[int, Field(ge=1, le=3660)]
    warmup_days: Annotated[int, Field(ge=0, le=365)] = 42
    region: Id | None = None
    hospitals: Annotated[tuple[Hospital, ...], Field(min_length=1, max_length=999)]
    demand: Demand
    home_monitoring: Annotated[float, Field(ge=0, le=20)] = 1.0
    calendar: Calendar
    disruptions: tuple[Disruption, ...] = ()

    @model_validator(mode="after")
    def _disruptions_happen_somewhere(self) -> Self:
        """Each names one of the hospitals and one of its wards, and begins within the simulated span."""
        for n, one in enumerate(self.disruptions):
            found = [h for h in self.hospitals if one.hospital in {None, h.id}]
            if len(found) != 1:
                known = ", ".join(sorted(h.id for h in self.hospitals if h.id)) or "no id, for there is one hospital"
                raise ValueError(f"disruptions[{n}].hospital must be one of {known}, got {one.hospital}")
            wards = [ward.id for ward in found[0].wards]
            if one.ward is not None and one.ward not in wards:
                raise ValueError(f"disruptions[{n}].ward must be one of {', '.join(wards)}, got {one.ward}")
            first = dt.datetime.combine(self.start, dt.time()) - dt.timedelta(days=self.warmup_days)
            last = dt.datetime.combine(self.start, dt.time()) + dt.timedelta(days=self.days)
            if not first <= one.begins < last:
                raise ValueError(f"disruptions[{n}].begins must lie between {first} and {last}, got {one.begins}")
        return self

    def disrupted(self, number: int) -> tuple[Disruption, ...]:
        """What is out of order at the hospital with this number (from 1), and when."""
        here = self.hospitals[number - 1].id
        return tuple(one for one in self.disruptions if one.hospital in {None, here})

    @model_validator(mode="after")
    def _referrals_lead_upwards(self) -> Self:
        """Ids differ, and each `refers_to` names a hospital of a higher level."""
        ids = [hospital.id for hospital in self.hospitals if hospital.id is not None]
        if twice := sorted({name for name in ids if ids.count(name) > 1}):
            raise ValueError(f"hospital ids must differ, got {twice[0]} twice")
        level = {hospital.id: LEVELS.index(hospital.level) for hospital in self.hospitals}
        for n, hospital in enumerate(self.hospitals):
            if hospital.refers_to is None:
                continue
            if hospital.refers_to not in ids:
                raise ValueError(f"hospitals[{n}].refers_to must be the id of a hospital, got {hospital.refers_to}")
            if level[hospital.refers_to] <= LEVELS.index(hospital.level):
                raise ValueError(f"hospitals[{n}].refers_to must be of a higher level, got {hospital.refers_to}")
        return self

    @property
    def networks(self) -> tuple[tuple[int, ...], ...]:
        """Numbers (from 1) of the hospitals that refer to each other, the one at the top first."""
        number = {hospital.id: n for n, hospital in enumerate(self.hospitals, 1) if hospital.id is not None}
        members: dict[int, list[int]] = {}
        for n in range(1, len(self.hospitals) + 1):
            top = n
            while (above := self.hospitals[top - 1].refers_to) is not None:
                top = number[above]
            members.setdefault(top, [top])
            if n != top:
                members[top].append(n)
        return tuple(tuple(found) for _, found in sorted(members.items()))

    @property
    def hash(self) -> str:
        """SHA-256 of the scenario's content; two scenarios that say the same have the same hash."""
        content: dict[str, Any] = self.model_dump(mode="json")
        text = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
        return hashlib.sha256(text.encode()).hexdigest()

    def scaled(self, factor: float) -> "Scenario":
        """The same with people, doctors and beds multiplied by `factor` (at least one of each).

        Of several networks as many are left out as will go, evenly spread over their list; the others are scaled.
        """
        networks = self.networks
        if len(networks) > 1 and any(len(network) > 1 for network in networks):
            left = min(len(networks), max(1, math.floor(len(networks) * factor + 0.5)))
            kept = sorted(n for k in range(left) for n in networks[k * len(networks) // left])
        else:
            kept = list(range(1, len(self.hospitals) + 1))
        chosen = [self.hospitals[n - 1] for n in kept]
        rest = factor * sum(h.population for h in self.hospitals) / sum(h.population for h in chosen)
        exact = factor if len(chosen) == len(self.hospitals) else rest
        return self.model_copy(update={"hospitals": tuple(_scaled(h, exact) for h in chosen)})


def _scaled(hospital: Hospital, factor: float) -> Hospital:
    def times(n: int) -> int:
        return max(1, math.floor(n * factor + 0.5))

    return hospital.model_copy(
        update={
            "population": max(100, times(hospital.population)),
            "emergency_doctors": times(hospital.emergency_doctors),
            "departments": tuple(d.model_copy(update={"doctors": times(d.doctors)}) for d in hospital.departments),
            "wards": tuple(w.model_copy(update={"beds": times(w.beds)}) for w in hospital.wards),
            "stations": hospital.stations.scaled(factor),
        },
    )
