"""`simulate`: people, then illness, then the hospital, then its records; each step draws from a stream of its own.

A hospital's people, illnesses and queues are played for the whole period. Its records are then made part by part, so
that memory is bounded: a part is the next `PART` encounters by registration, and its streams carry its number. So
every part of every hospital is a unit of work of its own, whoever does it and in whatever order.
"""

import datetime as dt
from collections.abc import Callable, Container, Iterator
from dataclasses import dataclass, replace
from functools import partial
from itertools import pairwise

import numpy as np
import polars as pl

from simulator.care.calls import call_for_events, measure_and_repeat
from simulator.care.cases import Cases, gather_cases
from simulator.care.charges import charge, charge_table, settlements
from simulator.care.demand import yearly
from simulator.care.diagnoses import Diagnosed, diagnose, diagnoses
from simulator.care.drugs import Prescribed, administer, administrations, medication_orders, prescribe
from simulator.care.encounters import bed_stays, encounters
from simulator.care.episodes import draw_episodes
from simulator.care.examinations import procedures, studies
from simulator.care.flow import Flow
from simulator.care.flow import flow as play
from simulator.care.laboratory import Results, result_table
from simulator.care.lives import with_newborns
from simulator.care.orders import Orders, order_table, place_orders, stay_for_procedures
from simulator.care.patients import condition_table, episode_table, patients, persons
from simulator.care.physiology.course import Course, unfold
from simulator.care.physiology.tables import deteriorations, latent_states
from simulator.care.rounds import rounds
from simulator.care.site import Site, prepare
from simulator.care.visits import plan_visits
from simulator.care.vitals import vital_signs
from simulator.knowledge import Knowledge, load_knowledge
from simulator.scenario import Scenario
from simulator.seeds import SeedTree, stream
from simulator.world.people import build_conditions, build_people
from simulator.world.registry import build_registry
from simulator.world.world import World

PART = 200_000
"""Encounters whose records are made at once: about 1.5 GiB of memory."""
WHOLE = -1
"""The part of a hospital that holds its registry and its people."""

Progress = Callable[[str], None]
Draws = Callable[[str], np.random.Generator]
"""The random stream of one step, by the step's name."""
Tables = dict[str, pl.DataFrame]


@dataclass(frozen=True)
class Part:
    """Some tables of one hospital; number WHOLE for registry and people, then 0.. for the records."""

    hospital: int
    number: int
    parts: int
    tables: Tables


def _silent(step: str) -> None:
    del step


def simulate(
    scenario: Scenario, *, seed: int, knowledge: Knowledge | None = None, progress: Progress = _silent
) -> World:
    """The world of this scenario and seed; the same two always give the same world."""
    parts = [
        part
        for number in range(1, len(scenario.hospitals) + 1)
        for part in hospital_parts(scenario, number, seed, knowledge=knowledge, progress=progress)
    ]
    names = dict.fromkeys(name for part in parts for name in part.tables)
    tables = {name: [part.tables[name] for part in parts if name in part.tables] for name in names}
    return World(scenario, {name: pl.concat(some) for name, some in tables.items()})


def hospital_parts(  # noqa: PLR0913  # a unit of work and how to do it
    scenario: Scenario,
    number: int,
    seed: int,
    *,
    knowledge: Knowledge | None = None,
    progress: Progress = _silent,
    done: Container[int] = (),
    share: tuple[int, int] = (0, 1),
    size: int = PART,
) -> Iterator[Part]:
    """The parts of the `number`-th hospital (from 1), without those already `done` and those of other workers.

    share (k, m): only every m-th part, beginning with the k-th; the first share also has the whole-run tables.
    size: encounters of a part.
    """
    tree = SeedTree(seed)
    draws = partial(_care_stream, tree, number)
    site, flow, cases, severity = _play(scenario, number, knowledge or load_knowledge(), tree, progress)
    cases, tables = _who(site, cases, severity, draws)
    edges = [*range(0, len(cases), size), len(cases)] if len(cases) else [0, 0]
    parts = len(edges) - 1
    if share[0] == 0 and WHOLE not in done:
        yield Part(number, WHOLE, parts, tables)
    for k, (first, last) in enumerate(pairwise(edges)):
        if k in done or k % share[1] != share[0]:
            continue
        progress(f"{site.registry.hospital.en}: records {k + 1}/{parts}")
        yield Part(
            number, k, parts, _records(site.part(k, first), cases.part(first, last), flow, partial(draws, part=k))
        )


def _care_stream(tree: SeedTree, number: int, step: str, part: int | None = None) -> np.random.Generator:
    return stream(tree, "care", step, number, *([] if part is None else [part]))


def _play(
    scenario: Scenario, number: int, knowledge: Knowledge, tree: SeedTree, progress: Progress
) -> tuple[Site, Flow, Cases, np.ndarray]:
    """One hospital's site, what happened in its queues and beds, its encounters, and the severity of each episode."""
    draws = partial(_care_stream, tree, number)
    site = _settle(scenario, number, knowledge, tree)
    name = site.registry.hospital.en
    progress(f"{name}: illness")
    episodes = draw_episodes(site, yearly(site), draws("episodes"))
    newborn = np.array([disease.newborn for disease in site.knowledge.diseases.values()])
    first_day = site.clock.day_number(np.array([site.clock.begin])).item()
    site = replace(site, people=with_newborns(site.people, episodes, newborn, first_day, draws("newborns")))
    progress(f"{name}: clinics and beds")
    visits = plan_visits(site, episodes, draws("visits"))
    flow = play(site, visits, episodes, draws("flow"))
    return site, flow, gather_cases(site, flow, visits, episodes, draws("outcomes")), episodes.severity


def _settle(scenario: Scenario, number: int, knowledge: Knowledge, tree: SeedTree) -> Site:
    """Build one hospital and let its catchment be born, as of the first day of the warm-up."""
    hospital = scenario.hospitals[number - 1]
    registry = build_registry(number, hospital, knowledge, stream(tree, "world", "registry", number))
    born = scenario.start - dt.timedelta(days=scenario.warmup_days)
    people = build_people(hospital, born, knowledge, stream(tree, "world", "people", number))
    conditions = build_conditions(people, knowledge, stream(tree, "world", "conditions", number))
    salt = int(stream(tree, "care", "lots", number).integers(0, 1 << 62))
    return replace(prepare(scenario, registry, people, conditions, knowledge), salt=salt)


def _who(site: Site, cases: Cases, severity: np.ndarray, draws: Draws) -> tuple[Cases, Tables]:
    """The registry, the people, and who they are to the hospital."""
    patient, linkage, position = patients(site, cases, draws("patients"))
    episode, episode_id = episode_table(site, cases, severity)
    known = replace(
        cases,
        patient_id=patient["patient_id"].to_numpy()[position],
        insurance=patient["insurance"].to_physical().to_numpy()[position].astype(np.int64),
        episode_id=episode_id,
        main=site.ids("encounter", np.arange(len(cases))),
    )
    people = {
        "person": persons(site),
        "condition": condition_table(site),
        "episode": episode,
        "linkage": linkage,
        "patient": patient,
    }
    return known, {**site.registry.tables, **people}


def _records(site: Site, cases: Cases, flow: Flow, draws: Draws) -> Tables:
    """All records of some encounters."""
    cases, orders = stay_for_procedures(cases, place_orders(site, cases, draws("orders")))
    draw = draws("drugs")
    made = prescribe(site, cases, draw)
    course = unfold(site, cases, flow, orders, made)
    orders = call_for_events(site, cases, course, orders, draws("calls"))
    orders, results = measure_and_repeat(site, orders, cases, course, draws("laboratory"))
    cases, stays = _stays(site, cases, flow, course, draws)
    return {
        **stays,
        **_tests(site, cases, orders, results, draws),
        **_treatment(site, cases, orders, made, (draw, draws("charges"))),
    }


def _stays(site: Site, cases: Cases, flow: Flow, course: Course, draws: Draws) -> tuple[Cases, Tables]:
    """Encounters, beds, diagnoses and vital signs; the cases then know their main diagnosis."""
    made = diagnose(site, cases, draws("diagnoses"))
    known = replace(cases, main=_main(site, cases, made))
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


def _tests(site: Site, cases: Cases, orders: Orders, results: Results, draws: Draws) -> Tables:
    """What came of the orders."""
    made = {
        "lab_result": result_table(site, results, cases),
        "imaging_study": studies(site, orders, cases, draws("examinations")),
        "procedure": procedures(site, orders, cases),
    }
    answered = pl.concat([table["order_id"] for table in made.values()]).unique().to_numpy()
    return {"order": order_table(site, orders, cases, answered), **made}


def _treatment(
    site: Site, cases: Cases, orders: Orders, made: Prescribed, draws: tuple[np.random.Generator, np.random.Generator]
) -> Tables:
    """Drugs and money, each with its own stream."""
    draw, money = draws
    doses = administer(site, made, draw)
    given = np.bincount(doses.order[doses.status == 0], minlength=len(made.case))
    lines = charge(site, cases, orders, (made, given), money)
    return {
        "medication_order": medication_orders(site, made, cases),
        "administration": administrations(site, doses, made, cases, draw),
        "charge": charge_table(site, cases, lines),
        "settlement": settlements(site, lines, cases, money),
    }
