from pathlib import Path

import duckdb
import pytest

from simulator import World
from simulator.schema import TABLES
from simulator.validation import check_world
from simulator.validation.report import _set_period
from simulator.validation.rules import KNOWN_IDS, RULES, WRITTEN

BREAKS = {
    "times_in_order": "UPDATE encounter SET seen_at = registered_at - INTERVAL 1 HOUR WHERE seen_at IS NOT NULL",
    "bed_times_in_order": "UPDATE bed_stay SET started_at = requested_at - INTERVAL 1 HOUR",
    "one_patient_per_bed": "UPDATE bed_stay SET bed_id = (SELECT min(bed_id) FROM bed)",
    "one_bed_per_patient": "UPDATE bed_stay SET patient_id = 1",
    "one_place_at_a_time": "UPDATE encounter SET patient_id = 1",
    "stays_within_encounters": "UPDATE bed_stay SET started_at = started_at - INTERVAL 90 DAY",
    "admission_begins_in_bed": "UPDATE encounter SET admitted_at = admitted_at + INTERVAL 1 SECOND",
    "dead_do_not_return": "UPDATE encounter SET outcome = 'died', patient_id = 1",
    "one_main_diagnosis": "UPDATE diagnosis SET role = 'main'",
    "sex_fits_diagnosis": "UPDATE diagnosis SET code = 'O80.9'",
    "results_in_order": "UPDATE lab_result SET received_at = collected_at - INTERVAL 1 MINUTE",
    "flags_follow_limits": "UPDATE lab_result SET flag = 'N'",
    "either_number_or_text": "UPDATE lab_result SET value_text = 'negative'",
    "vitals_possible": "UPDATE vital_sign SET systolic = diastolic",
    "doses_follow_orders": "UPDATE administration SET due_at = due_at - INTERVAL 60 DAY",
    "amounts_add_up": "UPDATE charge SET amount = amount + 0.01",
    "settlements_add_up": "DELETE FROM charge WHERE charge_id IN (SELECT min(charge_id) FROM charge)",
    "ages_right": "UPDATE encounter SET age_years = age_years + 1",
    "unseen_have_nothing": "UPDATE encounter SET outcome = 'left_before_seen' WHERE ended_at IS NOT NULL",
}


def database(world: World, folder: Path) -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect()
    connection.execute("SET TimeZone = 'UTC'")
    for name in TABLES:
        connection.execute(f"CREATE TABLE \"{name}\" AS FROM read_parquet('{folder / name}.parquet')")
        for column in TABLES[name].columns:
            if column.dtype == "cat":
                connection.execute(f'ALTER TABLE "{name}" ALTER "{column.name}" TYPE VARCHAR')
    _set_period(connection, world)
    return connection


def broken(connection: duckdb.DuckDBPyConnection) -> set[str]:
    connection.execute(KNOWN_IDS)
    return {rule.id for rule in RULES if connection.execute(rule.sql).fetchone() != (0,)}


def test_a_simulated_clinic_breaks_no_rule(clinic: World, clinic_folder: Path) -> None:
    report = check_world(clinic, clinic_folder)
    assert {outcome.id: outcome.violations for outcome in report.rules if outcome.violations} == {}
    assert report.passed


def test_every_written_rule_has_a_world_that_breaks_it() -> None:
    assert {rule.id for rule in WRITTEN} == set(BREAKS)


@pytest.mark.parametrize("rule", sorted(BREAKS))
def test_a_broken_world_is_caught_by_its_rule(clinic: World, clinic_folder: Path, rule: str) -> None:
    with database(clinic, clinic_folder) as connection:
        connection.execute(BREAKS[rule])
        assert rule in broken(connection)


def test_a_dangling_reference_and_a_repeated_key_are_caught(clinic: World, clinic_folder: Path) -> None:
    with database(clinic, clinic_folder) as connection:
        connection.execute("UPDATE lab_result SET order_id = 5, cause_id = 6, lab_result_id = 7")
        assert {"lab_result_order_id", "lab_result_cause", "lab_result_key"} <= broken(connection)


def test_rules_have_different_names_and_speak_both_languages() -> None:
    assert len({rule.id for rule in RULES}) == len(RULES)
    assert all(rule.zh and rule.en for rule in RULES)
