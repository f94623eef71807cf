"""Every department of the knowledge has a clinic and a bed in every hospital, however few departments that has."""

import numpy as np
import pytest

from simulator import load_scenario
from simulator.care.routing import Routes, lay_routes
from simulator.knowledge import load_knowledge
from simulator.scenario_files import names
from simulator.world.registry import Registry, build_registry

K = load_knowledge()
ROW = {name: n for n, name in enumerate(K.departments)}


def first_hospital(scenario: str) -> tuple[Registry, Routes]:
    hospital = load_scenario(scenario, {}).hospitals[0]
    registry = build_registry(1, hospital, K, np.random.default_rng(5))
    return registry, lay_routes(registry, K)


@pytest.mark.parametrize("scenario", names())
def test_no_department_is_left_without_a_clinic_or_a_bed(scenario: str) -> None:
    registry, routes = first_hospital(scenario)
    assert routes.clinic.shape == (len(K.departments),)
    assert ((routes.clinic >= 0) & (routes.clinic <= registry.emergency)).all()
    assert (routes.wards.sum(axis=1) > 0).all()


def clinic_of(scenario: str, department: str) -> str:
    registry, routes = first_hospital(scenario)
    return registry.hospital.departments[routes.clinic[ROW[department]]].id


def test_a_county_hospital_sends_the_burnt_to_its_surgeons_and_livers_to_whom_takes_infections() -> None:
    assert clinic_of("county", "burns") == "general_surgery"
    assert clinic_of("county", "cardiac_surgery") == "general_surgery"
    assert clinic_of("county", "hepatology") == clinic_of("county", "infectious")
    assert clinic_of("county", "geriatrics") == "cardiology"
    registry, routes = first_hospital("county")
    ward = registry.hospital.wards[int(routes.wards[ROW["thoracic_surgery"]].argmax())]
    assert ward.department == "general_surgery"


def test_what_the_scenario_says_goes_before_what_the_knowledge_says() -> None:
    assert K.departments["rheumatology"].otherwise == "nephrology"
    assert clinic_of("county", "rheumatology") == "nephrology"
    hospital = load_scenario("county", {}).hospitals[0]
    taken = {"oncology": ("rheumatology",), "nephrology": ()}
    departments = tuple(
        one.model_copy(update={"takes": taken[one.id]}) if one.id in taken else one for one in hospital.departments
    )
    changed = hospital.model_copy(update={"departments": departments})
    registry = build_registry(1, changed, K, np.random.default_rng(5))
    clinic = lay_routes(registry, K).clinic[ROW["rheumatology"]]
    assert registry.hospital.departments[clinic].id == "oncology"
