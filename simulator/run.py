"""`simulate`: people, then illness, then the hospital, then its records; each step draws from a stream of its own."""

import datetime as dt
from collections.abc import Callable

import numpy as np
import polars as pl

from simulator.care import charges as money
from simulator.care.calendar import Clock
from simulator.care.cases import Cases, gather_cases
from simulator.care.demand import yearly
from simulator.care.diagnoses import diagnose, diagnoses
from simulator.care.drugs import administer, administrations, medication_orders, prescribe
from simulator.care.encounters import bed_stays, encounters, row_ids
from simulator.care.episodes import draw_episodes
from simulator.care.examinations import procedures, studies
from simulator.care.flow import flow as play
from simulator.care.laboratory import lay_out_assay, measure, result_table
from simulator.care.orders import order_table, place_orders
from simulator.care.patients import condition_table, episode_table, patients, persons
from simulator.care.routing import lay_routes
from simulator.care.rules import INPATIENT, lay_out
from simulator.care.visits import plan_visits
from simulator.care.vitals import lay_out_bedside, rounds, vital_signs
from simulator.knowledge import Knowledge, load_knowledge
from simulator.scenario import Scenario
from simulator.seeds import SeedTree, stream
from simulator.world.people import build_conditions, build_people
from simulator.world.registry import build_registry
from simulator.world.world import World

Progress = Callable[[str], None]


def _silent(step: str) -> None:
    del step


def simulate(
    scenario: Scenario, *, seed: int, knowledge: Knowledge | None = None, progress: Progress = _silent
) -> World:
    """The world of this scenario and seed; the same two always give the same world."""
    knowledge = knowledge or load_knowledge()
    tree = SeedTree(seed)
    parts = [_hospital(number, scenario, knowledge, tree, progress) for number in range(1, len(scenario.hospitals) + 1)]
    return World(scenario, {name: pl.concat([part[name] for part in parts]) for name in parts[0]})


def _hospital(
    number: int, scenario: Scenario, knowledge: Knowledge, tree: SeedTree, progress: Progress
) -> dict[str, pl.DataFrame]:
    hospital, clock = scenario.hospitals[number - 1], Clock(scenario)
    rules = lay_out(knowledge)
    progress(f"{hospital.en}: people")
    registry = build_registry(number, hospital, knowledge, stream(tree, "world", "registry", number))
    people = build_people(
        hospital,
        scenario.start - dt.timedelta(days=scenario.warmup_days),
        knowledge,
        stream(tree, "world", "people", number),
    )
    conditions = build_conditions(people, knowledge, stream(tree, "world", "conditions", number))
    progress(f"{hospital.en}: illness")
    demand = yearly(people, conditions, rules, knowledge, scenario.demand)
    episodes = draw_episodes(
        people, conditions, rules, knowledge, demand, clock, stream(tree, "care", "episodes", number)
    )
    progress(f"{hospital.en}: clinics and beds")
    routes = lay_routes(registry, knowledge)
    visits = plan_visits(episodes, people, rules, routes, hospital, clock, stream(tree, "care", "visits", number))
    flow = play(visits, episodes, people, rules, routes, registry, clock, stream(tree, "care", "flow", number))
    cases = gather_cases(
        flow, visits, episodes, people, rules, registry, clock, stream(tree, "care", "outcomes", number)
    )
    progress(f"{hospital.en}: records")
    patient, linkage, case_patient = patients(cases, people, registry, stream(tree, "care", "patients", number))
    patient_id = patient["patient_id"].to_numpy()[case_patient]
    insurance = patient["insurance"].gather(case_patient.astype(np.uint32))
    episode, episode_id = episode_table(cases, episodes.severity, registry, knowledge, clock)
    stay, _ = bed_stays(cases, flow, patient_id, registry, clock)
    made = diagnose(cases, conditions, episode_id, rules, registry, clock, stream(tree, "care", "diagnoses", number))
    main = main_diagnosis(made.case, made.rank, len(cases), number)
    cause = np.where(main > 0, main, row_ids("encounter", number, np.arange(len(cases))))
    tables = {
        **registry.tables,
        "person": persons(people, registry, knowledge),
        "condition": condition_table(conditions, registry, knowledge),
        "episode": episode,
        "linkage": linkage,
        "patient": patient,
        "encounter": encounters(
            cases, patient_id, episode_id, insurance, registry, clock, stream(tree, "care", "encounters", number)
        ),
        "bed_stay": stay,
        "diagnosis": diagnoses(made, cases, patient_id, knowledge, registry, clock),
    }
    bedside = lay_out_bedside(knowledge)
    draw = stream(tree, "care", "vitals", number)
    case, at = rounds(cases, flow, clock, draw)
    tables["vital_sign"] = vital_signs(case, at, cases, people, conditions, patient_id, bedside, registry, clock, draw)
    orders = place_orders(cases, rules, clock, stream(tree, "care", "orders", number))
    tables["order"] = order_table(orders, cases, patient_id, cause, knowledge, registry, clock)
    assay = lay_out_assay(knowledge)
    results = measure(orders, cases, conditions, assay, clock, stream(tree, "care", "laboratory", number))
    tables["lab_result"] = result_table(results, cases, patient_id, assay, knowledge, registry, clock)
    draw = stream(tree, "care", "examinations", number)
    tables["imaging_study"] = studies(orders, cases, patient_id, knowledge, registry, clock, draw)
    tables["procedure"] = procedures(orders, cases, patient_id, knowledge, registry, clock, draw)
    draw = stream(tree, "care", "drugs", number)
    drugs = prescribe(cases, people, rules, knowledge, clock, draw)
    tables["medication_order"] = medication_orders(drugs, cases, patient_id, cause, knowledge, registry, clock)
    doses = administer(drugs, cases, registry, clock, draw)
    tables["administration"] = administrations(doses, drugs, cases, patient_id, knowledge, registry, clock, draw)
    given = np.bincount(doses[0][doses[3] == 0], minlength=len(drugs.case))
    prices = money.price_list(knowledge)
    draw = stream(tree, "care", "charges", number)
    lines = money.charge(cases, orders, drugs, given, rules, knowledge, prices, registry, clock, draw)
    tables["charge"] = money.charge_table(lines, patient_id, prices, registry, clock)
    payer = insurance.to_physical().to_numpy()
    tables["settlement"] = money.settlements(lines, cases, patient_id, payer, prices, registry, clock, draw)
    return tables


def main_diagnosis(case: np.ndarray, rank: np.ndarray, cases: int, hospital: int) -> np.ndarray:
    """The id of each case's main diagnosis, 0 where it has none."""
    main = np.zeros(cases, np.int64)
    rows = np.flatnonzero(rank == 1)
    main[case[rows]] = row_ids("diagnosis", hospital, rows)
    return main


__all__ = ["INPATIENT", "Cases", "simulate"]
