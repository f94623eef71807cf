"""`simulate`: people, then illness, then the hospitals, then their records; each step draws from a stream of its own.

The people, illnesses and queues of a network of hospitals that refer to each other (or of one on its own) are played
for the whole period. The records are then made part by part, so that memory is bounded: a part is the next `PART`
encounters of a hospital by registration, and its streams carry its number. So every part of every hospital is a unit
of work of its own, whoever does it and in whatever order.
"""

import datetime as dt
from collections.abc import Callable, Container, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial

import numpy as np
import polars as pl

from simulator.arrays import DAY
from simulator.care.answers import answer_events
from simulator.care.births_and_deaths import (
    birth_table,
    cannot_deliver_elsewhere,
    death_table,
    deliveries,
    first_registered,
)
from simulator.care.calls import call_for_events, measure_and_repeat
from simulator.care.cases import Cases, encounter_ids, gather_cases, stay_numbers
from simulator.care.charges import charge, charge_table
from simulator.care.diagnoses import Diagnosed, burden, diagnose, diagnoses
from simulator.care.discovery import controlled, discoveries
from simulator.care.drugs import Prescribed, administer, administrations, medication_orders, prescribe
from simulator.care.encounters import bed_stays, encounters
from simulator.care.examinations import procedures, studies
from simulator.care.flow import Flow
from simulator.care.frontpage import front_pages
from simulator.care.home.enrolment import enrol
from simulator.care.home.tables import home_tables
from simulator.care.laboratory import Results, result_table
from simulator.care.lines import Lines
from simulator.care.lives import with_newborns
from simulator.care.network import alive, network_episodes, play_network
from simulator.care.ordering import place_orders, stay_for_procedures
from simulator.care.orders import Orders, order_table
from simulator.care.patients import condition_table, episode_table, known_people, patients, persons
from simulator.care.physiology.course import Course, unfold
from simulator.care.physiology.tables import deteriorations, latent_states
from simulator.care.referrals import referrals, teleconsults
from simulator.care.rounds import rounds
from simulator.care.settlements import settlements
from simulator.care.site import Site, prepare
from simulator.care.vitals import vital_signs
from simulator.knowledge import Knowledge, load_knowledge
from simulator.payment.clearing import clear
from simulator.scenario import Hospital, Scenario
from simulator.seeds import SeedTree, stream
from simulator.world.chronic import with_care
from simulator.world.households import build_homes, household_table
from simulator.world.people import build_conditions, build_people
from simulator.world.registry import build_registry
from simulator.world.vital_events import Births, bear, deaths_outside, not_before_birth, with_room
from simulator.world.world import World

PART = 100_000
"""Encounters whose records are made at once; larger parts are slower: their pages are not reused."""
WHOLE = -1
"""The part of a hospital that holds its registry and its patients."""

Progress = Callable[[str], None]
Draws = Callable[[str], np.random.Generator]
"""The random stream of one step, by the step's name."""
Tables = dict[str, pl.DataFrame]


@dataclass(frozen=True)
class Part:
    """Some tables of one hospital; number WHOLE for registry and patients, then 0.. for the records.

    nth, parts: its place among all parts of its network, and how many those are.
    """

    hospital: int
    number: int
    nth: int
    parts: int
    tables: Tables


@dataclass(frozen=True)
class Played:
    """One hospital of a network before its records are made: its site, its queues and beds, its encounters.

    late: tables of the whole network that are made when they are written.
    """

    site: Site
    flow: Flow
    cases: Cases
    tables: Tables
    late: Callable[[], Tables] = dict


def _silent(step: str) -> None:
    del step


def simulate(
    scenario: Scenario, *, seed: int, knowledge: Knowledge | None = None, progress: Progress = _silent
) -> World:
    """The world of this scenario and seed; the same two always give the same world."""
    parts = [
        part
        for network in range(len(scenario.networks))
        for part in network_parts(scenario, network, seed, knowledge=knowledge, progress=progress)
    ]
    parts.sort(key=lambda part: (part.hospital, part.number))
    names = dict.fromkeys(name for part in parts for name in part.tables)
    tables = {name: pl.concat([part.tables[name] for part in parts if name in part.tables]) for name in names}
    payment = (knowledge or load_knowledge()).payment
    return World(scenario, tables | clear(scenario, payment, tables["front_page"], tables["settlement"]))


def network_parts(  # noqa: PLR0913  # a unit of work and how to do it
    scenario: Scenario,
    network: int,
    seed: int,
    *,
    knowledge: Knowledge | None = None,
    progress: Progress = _silent,
    done: Container[tuple[int, int]] = (),
    share: tuple[int, int] = (0, 1),
    size: int = PART,
) -> Iterator[Part]:
    """The parts of the hospitals of a network (from 0), without those (hospital, part) already `done`.

    share (k, m): only every m-th part, beginning with the k-th. size: encounters of a part.
    """
    tree = SeedTree(seed)
    played = _play(scenario, network, knowledge or load_knowledge(), tree, progress)
    wanted = [(one, number) for one in played for number in (WHOLE, *range(max(1, -(-len(one.cases) // size))))]
    for nth, (one, number) in enumerate(wanted):
        hospital = one.site.registry.number
        if nth % share[1] != share[0] or (hospital, number) in done:
            continue
        progress(f"{one.site.registry.hospital.en}: records")
        first, last = number * size, min((number + 1) * size, len(one.cases))
        tables = (
            {**one.tables, **one.late()}
            if number == WHOLE
            else _records(
                one.site.part(number, first),
                one.cases.part(first, last),
                one.flow,
                partial(_care_stream, tree, number=hospital, part=number),
            )
        )
        yield Part(hospital, number, nth, len(wanted), tables)


def _care_stream(tree: SeedTree, step: str, number: int, part: int | None = None) -> np.random.Generator:
    return stream(tree, "care", step, number, *([] if part is None else [part]))


def _play(scenario: Scenario, network: int, knowledge: Knowledge, tree: SeedTree, progress: Progress) -> list[Played]:
    """What happened in the queues and beds of a network's hospitals, and who the people were."""
    draws = partial(_care_stream, tree)
    members = _settle(scenario, network, knowledge, tree)
    site, name = members[0], members[0].registry.hospital.en
    progress(f"{name}: illness")
    episodes, journeys = alive(site, *network_episodes(site, members, draws))
    newborn = np.array([disease.newborn for disease in site.knowledge.diseases.values()])
    first_day = site.clock.day_number(np.array([site.clock.begin])).item()
    people = with_newborns(site.people, episodes, newborn, first_day, draws("newborns", site.top))
    conditions = not_before_birth(site.conditions, people, site.clock.first_day)
    members = [replace(one, people=people, conditions=conditions) for one in members]
    progress(f"{name}: clinics and beds")
    played = play_network(members, episodes, journeys, draws)
    cases = gather_cases(members, [one.rows for one in played])
    members, births = _born(members, cases, draws)
    cases, tables = _who(members, cases, episodes.severity, network, draws)
    tables[0]["birth"] = birth_table(members, cases, births)
    tables[0]["death"] = death_table(members, cases, draws("deaths", site.top))
    rows = [np.flatnonzero(cases.place == place) for place in range(len(members))]
    made = [
        Played(site, one.flow, cases.take(mine), {**found, **one.tables})
        for site, one, mine, found in zip(members, played, rows, tables, strict=True)
    ]
    home = partial(home_tables, members[0], enrol(members, cases), draws)
    return [replace(made[0], late=home), *made[1:]]


def _born(
    members: Sequence[Site], cases: Cases, draws: Callable[..., np.random.Generator]
) -> tuple[list[Site], Births]:
    """The sites with the period's newborns, and with what their doctors found; and the births."""
    site, clock = members[0], members[0].clock
    people, births = bear(
        site.people,
        deliveries(site, cases),
        (cannot_deliver_elsewhere(site, cases), first_registered(site, cases)),
        (clock.first_day, clock.end // DAY),
        (site.knowledge, draws("births", site.top)),
    )
    has = births.mother >= 0
    conditions = with_room(discoveries(site, cases), len(people))
    homes = site.homes.joined(births.child[has], births.mother[has], len(people))
    return [replace(one, people=people, conditions=conditions, homes=homes) for one in members], births


def _settle(scenario: Scenario, network: int, knowledge: Knowledge, tree: SeedTree) -> list[Site]:
    """Build the hospitals of a network and let its people be born, as of the first day of the warm-up."""
    numbers = scenario.networks[network]
    hospitals = [scenario.hospitals[number - 1] for number in numbers]
    registries = [
        build_registry(number, hospital, knowledge, stream(tree, "world", "registry", number))
        for number, hospital in zip(numbers, hospitals, strict=True)
    ]
    born = scenario.start - dt.timedelta(days=scenario.warmup_days)
    catchment = _catchment(hospitals)
    people = build_people(catchment, born, knowledge, stream(tree, "world", "people", numbers[0]))
    conditions = build_conditions(people, knowledge, stream(tree, "world", "conditions", numbers[0]), scenario.region)
    first_day = (born - dt.date(1970, 1, 1)).days
    conditions = with_care(conditions, people, first_day, knowledge, stream(tree, "world", "chronic", numbers[0]))
    days = scenario.warmup_days + scenario.days
    dies_at = deaths_outside(people, days, knowledge, stream(tree, "world", "deaths", numbers[0]))
    people = replace(people, dies_at=dies_at)
    homes = build_homes(people, catchment.districts, knowledge, stream(tree, "world", "homes", numbers[0]))
    salt = int(stream(tree, "care", "lots", numbers[0]).integers(0, 1 << 62))
    top = replace(
        prepare(scenario, registries[0], catchment.districts, people, conditions, homes, knowledge), salt=salt
    )
    return [top, *(top.at(registry) for registry in registries[1:])]


def _catchment(hospitals: Sequence[Hospital]) -> Hospital:
    """The first of these hospitals with the people and the districts of all."""
    if len(hospitals) == 1:
        return hospitals[0]
    districts = tuple(
        district.model_copy(
            update={"weight": hospital.population * district.weight / sum(one.weight for one in hospital.districts)}
        )
        for hospital in hospitals
        for district in hospital.districts
    )
    return hospitals[0].model_copy(
        update={"population": sum(one.population for one in hospitals), "districts": districts}
    )


def _who(
    members: Sequence[Site], cases: Cases, severity: np.ndarray, area: int, draws: Callable[..., np.random.Generator]
) -> tuple[Cases, list[Tables]]:
    """The registries, the people, and who they are to each hospital; the cases of the network then know it too."""
    site = members[0]
    known = known_people(site, cases, area, draws("patients", site.top), draws("addresses", site.top))
    episode, episode_id = episode_table(site, cases, severity)
    patient_id, insurance = np.zeros((2, len(cases)), np.int64)
    tables: list[Tables] = []
    for place, one in enumerate(members):
        rows = np.flatnonzero(cases.place == place)
        patient, linkage, position = patients(one, cases.person[rows], known)
        patient_id[rows] = patient["patient_id"].to_numpy()[position]
        insurance[rows] = patient["insurance"].to_physical().to_numpy()[position]
        tables.append({**one.registry.tables, "linkage": linkage, "patient": patient})
    main = encounter_ids(members, cases.place)
    cases = replace(cases, patient_id=patient_id, insurance=insurance, episode_id=episode_id, main=main)
    cases = replace(cases, stay_number=stay_numbers(cases.admitted, patient_id), burden=np.zeros(len(cases), np.int64))
    cases = replace(cases, controlled=controlled(site, cases))
    tables[0] |= {
        "household": household_table(site.homes, site.people, site.districts, site.top),
        "person": persons(site, draws("traits", site.top)),
        "condition": condition_table(site),
        "episode": episode,
        "referral": referrals(members, cases),
        "teleconsult": teleconsults(members, cases, draws("teleconsult", site.top)),
    }
    return cases, tables


def _records(site: Site, cases: Cases, flow: Flow, draws: Draws) -> Tables:
    """All records of some encounters."""
    cases, orders = stay_for_procedures(cases, place_orders(site, cases, flow, draws("orders")))
    draw = draws("drugs")
    made = prescribe(site, cases, flow, draw)
    course = unfold(site, cases, flow, orders, made)
    orders = call_for_events(site, cases, (course, flow), orders, draws("calls"))
    orders, made = answer_events(site, cases, course, (orders, made), draws("answers"))
    orders, results = measure_and_repeat(site, orders, cases, (course, flow), draws("laboratory"))
    cases, stays = _stays(site, cases, flow, course, draws)
    tables = {**stays, **_tests(site, cases, orders, results)}
    treatment, lines = _treatment(site, cases, orders, made, (draw, draws("charges")))
    return {**tables, **treatment, **front_pages(site, cases, tables, lines, draws("front_page"))}


def _stays(site: Site, cases: Cases, flow: Flow, course: Course, draws: Draws) -> tuple[Cases, Tables]:
    """Encounters, beds, diagnoses and vital signs; the cases then know their main diagnosis."""
    made = diagnose(site, cases, course, draws("diagnoses"))
    known = replace(cases, main=_main(site, cases, made), burden=burden(site, made, cases))
    draw = draws("vitals")
    return known, {
        "encounter": encounters(site, known, draws("encounters")),
        "bed_stay": bed_stays(site, known, flow),
        "diagnosis": diagnoses(site, made, known),
        "vital_sign": vital_signs(site, rounds(site, known, flow, course, draw), known, course, draw),
        "latent_state": latent_states(site, known, course),
        "deterioration": deteriorations(site, known, course),
    }


def _main(site: Site, cases: Cases, made: Diagnosed) -> np.ndarray:
    """What causes each case's orders: its main diagnosis, or the encounter while it has none."""
    main = cases.main.copy()
    first = np.flatnonzero(made.rank == 1)
    main[made.case[first]] = site.ids("diagnosis", first)
    return main


def _tests(site: Site, cases: Cases, orders: Orders, results: Results) -> Tables:
    """What came of the orders."""
    made = {
        "lab_result": result_table(site, results, cases),
        "imaging_study": studies(site, orders, cases),
        "procedure": procedures(site, orders, cases),
    }
    answered = pl.concat([table["order_id"] for table in made.values()]).unique().to_numpy()
    return {"order": order_table(site, orders, cases, answered), **made}


def _treatment(
    site: Site, cases: Cases, orders: Orders, made: Prescribed, draws: tuple[np.random.Generator, np.random.Generator]
) -> tuple[Tables, Lines]:
    """Drugs and money, each with its own stream; and the charges before they became a table."""
    draw, money = draws
    doses = administer(site, made, draw)
    given = np.bincount(doses.order[doses.status == 0], minlength=len(made.case))
    lines = charge(site, cases, orders, (made, given), money)
    tables = {
        "medication_order": medication_orders(site, made, cases),
        "administration": administrations(site, doses, made, cases, draw),
        "charge": charge_table(site, cases, lines),
        "settlement": settlements(site, lines, cases, money),
    }
    return tables, lines
