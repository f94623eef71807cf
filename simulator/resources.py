"""What queues of a hospital wait for, and when some of it is out of order.

All numbers of servers are optional: without one the hospital has what its usual busy hour needs (see
simulator/care/queues/stations.csv).
"""

import datetime as dt
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from simulator.part import Part

Count = Annotated[int, Field(ge=1, le=500)]
What = Literal[
    "registration",
    "triage",
    "payment",
    "phlebotomy",
    "laboratory",
    "imaging",
    "pharmacy",
    "his",
    "emergency",
    "theatre",
    "ward",
]
HIS_CAPACITY = 0.3
"""What counters and departments can do on paper while the hospital information system is down: estimate/low."""


class Stations(Part):
    """Counters (registration, payment), triage nurses, phlebotomists, analysers, rooms for each device, and so on.

    imaging: modality -> rooms; clinic_load: patients' minutes for each minute of a consulting room in the busiest
    hour, which says how many of a department's doctors see patients at once; diversion_boarders: patients waiting for
    a bed in the emergency department from which ambulances are sent elsewhere.
    """

    registration: Count | None = None
    triage: Count | None = None
    payment: Count | None = None
    phlebotomy: Count | None = None
    laboratory: Count | None = None
    imaging: dict[Annotated[str, Field(pattern=r"^[A-Z]{2,4}$")], Count] = Field(default_factory=dict)
    pharmacy: Count | None = None
    theatres: Count | None = None
    clinic_load: Annotated[float, Field(ge=0.05, le=5)] | None = None
    diversion_boarders: Annotated[int, Field(ge=1, le=10_000)] | None = None

    def scaled(self, factor: float) -> "Stations":
        """The same with every number multiplied, at least one of each that is given."""

        def times(n: int | None) -> int | None:
            return None if n is None else max(1, int(n * factor + 0.5))

        names = [name for name in Stations.model_fields if name not in {"imaging", "clinic_load"}]
        rooms = {name: max(1, int(n * factor + 0.5)) for name, n in self.imaging.items()}
        return self.model_copy(update={**{name: times(getattr(self, name)) for name in names}, "imaging": rooms})


class Disruption(Part):
    """Something of a hospital that works at `capacity` (0: not at all) between two local times.

    hospital: its id, needed where there are several; ward: the id of the ward that takes nobody. Without a capacity
    it is 0, for `his` what can be done on paper.
    """

    what: What
    begins: dt.datetime
    ends: dt.datetime
    hospital: str | None = None
    ward: str | None = None
    capacity: Annotated[float, Field(ge=0, lt=1)] | None = None

    @property
    def share(self) -> float:
        """What is left of the capacity."""
        usual = HIS_CAPACITY if self.what == "his" else 0.0
        return usual if self.capacity is None else self.capacity

    @model_validator(mode="after")
    def _makes_sense(self) -> Self:
        for name in ("begins", "ends"):
            if getattr(self, name).tzinfo is not None:
                raise ValueError(f"{name} must be a local time without a zone, such as 2025-03-10T08:00")
        if self.ends <= self.begins:
            raise ValueError(f"ends must be later than begins, got {self.begins} and {self.ends}")
        if (self.what == "ward") != (self.ward is not None):
            raise ValueError("ward must be the id of a ward if what is ward, and must not be given otherwise")
        if self.what == "ward" and self.share > 0:
            raise ValueError(f"capacity of a ward must be 0: it is closed or open, got {self.share:g}")
        return self
