import shutil
from collections.abc import Iterator
from html import unescape
from pathlib import Path

import duckdb
import pytest

from simulator import World
from simulator.notes import notes
from simulator.schema import OPTIONAL, TABLES
from simulator.validation import check_world
from simulator.validation.page import PLOTS, write_report
from simulator.validation.report import altered, prepare
from simulator.validation.rules import RULES, WRITTEN

REFER = (
    "INSERT INTO referral SELECT 1, a.encounter_id, b.encounter_id, {hospital}, {hospital}, 3, 'up', 'specialist', "
    "a.ended_at, b.registered_at, 4 FROM encounter a, encounter b WHERE a.outcome = 'home' AND b.kind = 'outpatient' "
    "LIMIT {rows}"
)
CONSULT = (
    "INSERT INTO teleconsult SELECT 1, encounter_id, patient_id, doctor_id, hospital_id, doctor_id, registered_at, "
    "registered_at, registered_at, 'adjust', 2 FROM encounter WHERE kind = 'outpatient' AND seen_at IS NOT NULL LIMIT 1"
)
"""A clinic on its own has no referrals: wrong ones are put in."""
CALL = (
    "INSERT INTO home_call SELECT 1, home_enrolment_id, encounter_id, patient_id, home_reading_id, "
    "date_trunc('day', sent_at) + INTERVAL 1 DAY + to_hours({hour} - getvariable('zone')::BIGINT), 'reassured', 1 "
    "FROM home_reading LIMIT 1"
)
"""In two weeks the clinic's nurse may have called nobody."""
DISRUPT = (
    "INSERT INTO disruption SELECT 1, hospital_id, '{what}', NULL, getvariable('begin'), getvariable('until'), 0 "
    "FROM hospital"
)
DIVERT = "INSERT INTO diversion SELECT 1, hospital_id, 'boarding', {span}, 0 FROM hospital"
WHOLE = "getvariable('begin'), getvariable('until')"
"""Nothing is out of order in the clinic: what it did at that time must then be noticed."""
BREAKS = {
    "sex_fits_diagnosis": "UPDATE diagnosis SET code = 'O80.9'",
    "ages_right": "UPDATE encounter SET age_years = age_years + 1",
    "born_before_registered": "UPDATE patient SET birth_date = DATE '2099-01-01'",
    "record_number_once": "UPDATE patient SET mrn = '1'",
    "identity_number_once": "UPDATE patient SET id_number = (SELECT min(id_number) FROM patient)",
    "identity_numbers_check": "UPDATE patient SET id_number = reverse(id_number)",
    "identity_numbers_tell_birth_and_sex": "UPDATE patient SET sex = 'male'",
    "patients_are_their_persons": "UPDATE person SET birth_date = birth_date - 1",
    "one_person_per_patient": "DELETE FROM linkage WHERE linkage_id = (SELECT min(linkage_id) FROM linkage)",
    "bodies_possible": "UPDATE person SET height_cm = 17.1",
    "weights_near": "UPDATE vital_sign SET weight_kg = weight_kg * 2",
    "no_condition_twice": "INSERT INTO condition SELECT * FROM condition LIMIT 1",
    "households_share_a_home": "UPDATE household SET size = size + 1",
    "children_live_with_adults": "UPDATE person SET birth_date = DATE '2020-02-02'",
    "insurance_of_the_person": "UPDATE patient SET insurance = 'self_pay'",
    "one_address_per_household": "UPDATE person SET household_id = 1",
    "conditions_in_order": "UPDATE condition SET controlled = TRUE",
    "recorded_once_known": "UPDATE condition SET known_on = NULL",
    "deaths_end_care": "UPDATE death SET died_at = died_at - INTERVAL 900 DAY, "
    "person_id = (SELECT min(person_id) FROM linkage)",
    "deaths_in_hospital_on_record": "UPDATE death SET place = 'hospital'",
    "births_have_mothers": "UPDATE birth SET mother_id = person_id",
    "episodes_of_their_person": "UPDATE episode SET person_id = 1",
    "conditions_of_their_holder": "UPDATE condition SET code = 'Z99.9'",
    "main_diagnosis_is_the_illness": "UPDATE episode SET code = 'Z99.9'",
    "newborn_diagnoses_early": "UPDATE diagnosis SET code = 'P07.3'",
    "pregnant_of_childbearing_age": "UPDATE diagnosis SET code = 'O80.9'",
    "times_in_order": "UPDATE encounter SET seen_at = registered_at - INTERVAL 1 HOUR WHERE seen_at IS NOT NULL",
    "one_place_at_a_time": "UPDATE encounter SET patient_id = 1",
    "dead_do_not_return": "UPDATE encounter SET outcome = 'died', patient_id = 1",
    "one_main_diagnosis": "UPDATE diagnosis SET role = 'main'",
    "diagnosis_ranks_once": "UPDATE diagnosis SET rank = 2",
    "unseen_have_nothing": "UPDATE encounter SET outcome = 'left_before_seen' WHERE ended_at IS NOT NULL",
    "triage_in_emergencies_alone": "UPDATE encounter SET triage_level = '1'",
    "admissions_follow_a_visit": "UPDATE encounter SET previous_encounter_id = NULL",
    "open_or_ended": "UPDATE encounter SET ended_at = NULL",
    "outcomes_fit": "UPDATE encounter SET outcome = 'transferred'",
    "clinics_are_open": "UPDATE encounter SET arrived_at = arrived_at + INTERVAL 12 HOUR",
    "clinics_keep_their_weekend": "UPDATE department SET weekend = FALSE",
    "one_house": "UPDATE patient SET hospital_id = 5",
    "emergencies_in_the_emergency_department": "UPDATE department SET kind = 'clinical'",
    "seen_by_a_doctor": "UPDATE staff SET role = 'nurse'",
    "complaints_in_both_languages": "UPDATE encounter SET complaint_zh = NULL",
    "visits_step_by_step": "UPDATE encounter SET arrived_at = registered_at + INTERVAL 1 SECOND",
    "tests_are_paid_first": """UPDATE "order" SET paid_at = ordered_at - INTERVAL 1 SECOND""",
    "drugs_are_paid_first": "UPDATE medication_order SET dispensed_at = ordered_at",
    "one_operation_per_theatre": "UPDATE procedure SET theatre = 1, ended_at = ended_at + INTERVAL 9 DAY",
    "one_operation_per_patient": "UPDATE procedure SET theatre = 1, patient_id = 1, ended_at = '2099-01-01'",
    "theatres_are_for_inpatients": "UPDATE procedure SET theatre = 1",
    "nobody_served_where_nothing_works": DISRUPT.format(what="pharmacy"),
    "no_results_while_laboratory_is_down": DISRUPT.format(what="laboratory"),
    "no_ambulance_on_diversion": DIVERT.format(span=WHOLE),
    "spans_have_a_length": DIVERT.format(span="getvariable('until'), getvariable('begin')"),
    "bed_times_in_order": "UPDATE bed_stay SET started_at = requested_at - INTERVAL 1 HOUR",
    "one_patient_per_bed": "UPDATE bed_stay SET bed_id = (SELECT min(bed_id) FROM bed)",
    "one_bed_per_patient": "UPDATE bed_stay SET patient_id = 1",
    "beds_are_cleaned": "UPDATE bed_stay SET bed_id = 1",
    "stays_within_encounters": "UPDATE bed_stay SET started_at = started_at - INTERVAL 90 DAY",
    "admission_begins_in_bed": "UPDATE encounter SET admitted_at = admitted_at + INTERVAL 1 SECOND",
    "moves_without_gap": "INSERT INTO bed_stay SELECT * REPLACE (started_at + INTERVAL 99 DAY AS started_at) "
    "FROM bed_stay WHERE ended_at IS NOT NULL LIMIT 1",
    "first_bed_is_an_admission": "UPDATE bed_stay SET reason = 'step_down'",
    "intensive_moves": "UPDATE bed_stay SET reason = 'step_up' WHERE ward_id IN "
    "(SELECT ward_id FROM ward WHERE kind <> 'intensive')",
    "beds_stand_in_their_ward": "UPDATE bed SET ward_id = 5",
    "beds_counted": "UPDATE ward SET beds = beds + 1",
    "maternity_is_for_women": "UPDATE ward SET kind = 'maternity'",
    "childrens_ward_is_for_children": "UPDATE ward SET kind = 'paediatric'",
    "orders_while_here": """UPDATE "order" SET ordered_at = ordered_at - INTERVAL 60 DAY""",
    "completed_orders_have_results": """UPDATE "order" SET status = 'cancelled'""",
    "results_of_the_right_kind": """UPDATE "order" SET kind = 'procedure'""",
    "ordered_by_doctors": "UPDATE staff SET role = 'nurse'",
    "images_in_order": "UPDATE imaging_study SET reported_at = started_at",
    "images_while_here": "UPDATE imaging_study SET started_at = started_at + INTERVAL 90 DAY",
    "one_image_per_order": "UPDATE imaging_study SET accession_number = 'A1'",
    "procedures_in_order": "UPDATE procedure SET ended_at = started_at",
    "procedures_while_here": "UPDATE procedure SET ended_at = ended_at + INTERVAL 90 DAY",
    "results_in_order": "UPDATE lab_result SET received_at = collected_at - INTERVAL 1 MINUTE",
    "specimens_while_here": "UPDATE lab_result SET collected_at = collected_at + INTERVAL 90 DAY",
    "flags_follow_limits": "UPDATE lab_result SET flag = 'N'",
    "either_number_or_text": "UPDATE lab_result SET value_text = 'negative'",
    "one_test_once_per_order": "UPDATE lab_result SET test_code = 'wbc'",
    "one_unit_per_test": "UPDATE lab_result SET test_code = 'wbc'",
    "limits_in_order": "UPDATE lab_result SET ref_high = ref_low",
    "amounts_not_negative": "UPDATE lab_result SET value = -1 WHERE value IS NOT NULL",
    "differential_within_a_hundred": "UPDATE lab_result SET value = value * 3 WHERE test_code = 'neutrophil_pct'",
    "direct_within_total_bilirubin": "UPDATE lab_result SET value = 999 WHERE test_code = 'direct_bilirubin'",
    "albumin_within_protein": "UPDATE lab_result SET value = 999 WHERE test_code = 'albumin'",
    "vitals_possible": "UPDATE vital_sign SET systolic = diastolic",
    "vitals_while_here": "UPDATE vital_sign SET measured_at = measured_at + INTERVAL 90 DAY",
    "vitals_once_a_moment": "INSERT INTO vital_sign SELECT * FROM vital_sign LIMIT 1",
    "drug_orders_make_sense": "UPDATE medication_order SET quantity = 0",
    "drug_orders_while_here": "UPDATE medication_order SET ordered_at = ordered_at - INTERVAL 90 DAY",
    "prescription_kinds_fit": "UPDATE medication_order SET kind = 'emergency'",
    "doses_within_limits": "UPDATE medication_order SET dose = dose * 1000",
    "one_identity_per_drug": "UPDATE medication_order SET drug_code = 'aspirin'",
    "doses_follow_orders": "UPDATE administration SET due_at = due_at - INTERVAL 60 DAY",
    "doses_as_ordered": "UPDATE administration SET dose = dose * 2",
    "doses_while_here": "UPDATE administration SET given_at = given_at + INTERVAL 90 DAY",
    "nurses_give": "UPDATE staff SET role = 'technician'",
    "one_dose_at_a_time": "INSERT INTO administration SELECT * FROM administration LIMIT 1",
    "dispensed_drugs_charged": "DELETE FROM charge WHERE category = 'drug'",
    "amounts_add_up": "UPDATE charge SET amount = amount + 0.01",
    "one_price_per_item": "UPDATE charge SET unit_price = unit_price + 1 WHERE charge_id % 2 = 0",
    "charged_while_here": "UPDATE charge SET charged_at = charged_at + INTERVAL 90 DAY",
    "completed_orders_charged": """DELETE FROM charge WHERE cause_id IN (SELECT order_id FROM "order")""",
    "bed_days_once": "UPDATE charge SET category = 'bed'",
    "every_night_charged": "DELETE FROM charge WHERE category = 'bed'",
    "one_settlement_when_ended": "DELETE FROM settlement",
    "settled_at_the_end": "UPDATE settlement SET settled_at = settled_at - INTERVAL 9 DAY",
    "settlements_add_up": "DELETE FROM charge WHERE charge_id IN (SELECT min(charge_id) FROM charge)",
    "payers_pay_their_part": "UPDATE settlement SET patient_paid = -1",
    "classes_add_up": "UPDATE settlement SET class_a = class_a + 0.01",
    "fund_pays_what_is_covered": "UPDATE settlement SET insurance_paid = total + 1",
    "patient_pays_from_account_or_cash": "UPDATE settlement SET account_paid = 5 WHERE insurance = 'resident'",
    "one_front_page_when_discharged": "DELETE FROM front_page",
    "front_pages_agree_with_the_stay": "UPDATE front_page SET days = days + 1",
    "front_page_diagnoses_are_those_made": "UPDATE front_page SET main_code = 'I10'",
    "front_page_lists_are_whole": "DELETE FROM front_page_diagnosis",
    "front_page_charges_add_up": "UPDATE front_page SET general = general + 0.01",
    "intensive_hours_of_the_beds": "UPDATE front_page SET intensive_h = 9999",
    "stays_are_counted": "UPDATE front_page SET patient_id = 1",
    "groups_follow_from_the_page": "UPDATE front_page SET drg_weight = front_page_id, drg_code = 'AS19'",
    "groups_fit_the_operation": "UPDATE front_page SET operation_code = NULL, drg_code = 'AS19'",
    "insured_stays_are_cleared_once": "DELETE FROM dip_settlement",
    "clearing_follows_the_page": "UPDATE drg_settlement SET fund_paid = fund_paid + 0.01",
    "budgets_are_conserved": "UPDATE dip_settlement SET payment = payment + 0.01",
    "points_are_worth_the_same": "UPDATE budget SET point_value = point_value * 1.01",
    "outliers_are_out_of_bounds": "UPDATE drg_settlement SET points = points + 1",
    "referrals_end_an_encounter": REFER.format(hospital=1, rows=1),
    "referred_patients_arrive": REFER.format(hospital=1, rows=1),
    "referrals_name_their_hospitals": REFER.format(hospital=1, rows=1),
    "referrals_go_the_right_way": REFER.format(hospital="(SELECT min(hospital_id) FROM hospital)", rows=1),
    "referred_encounters_have_a_referral": "UPDATE encounter SET arrival_mode = 'referred_up'",
    "referred_once": REFER.format(hospital=1, rows=50),
    "teleconsults_during_the_stay": CONSULT,
    "teleconsults_ask_upwards": CONSULT,
    "home_enrolled_in_a_clinic_with_the_disease": "UPDATE diagnosis SET code = 'Z99.9'",
    "home_one_programme_a_person": "INSERT INTO home_enrolment SELECT * FROM home_enrolment LIMIT 1",
    "home_enrolments_end_for_a_reason": "UPDATE home_enrolment SET ended_at = enrolled_at, end_reason = NULL",
    "home_readings_while_enrolled": "UPDATE home_reading SET measured_at = measured_at - INTERVAL 90 DAY",
    "home_readings_not_on_a_ward": "UPDATE encounter SET kind = 'inpatient', admitted_at = registered_at, "
    "ended_at = NULL WHERE encounter_id IN (SELECT encounter_id FROM home_reading)",
    "home_readings_of_the_living": "INSERT INTO death SELECT 1, person_id, measured_at, 'home', NULL "
    "FROM home_reading JOIN linkage USING (patient_id) LIMIT 1",
    "home_readings_sent_after_measured": "UPDATE home_reading SET sent_at = measured_at - INTERVAL 1 SECOND",
    "home_values_possible": "UPDATE home_reading SET value = -1",
    "home_pressures_in_order": "UPDATE home_reading SET value = 150 WHERE measure IN ('systolic', 'diastolic')",
    "home_flags_follow_limits": "UPDATE home_reading SET flag = 'HH'",
    "home_one_unit_a_measure": "UPDATE home_reading SET measure = 'weight'",
    "home_measured_once_a_moment": "INSERT INTO home_reading SELECT * FROM home_reading LIMIT 1",
    "home_devices_have_one_owner": "UPDATE home_reading SET device = 'BPM-1'",
    "home_calls_follow_an_alert": CALL.format(hour=10),
    "home_calls_by_day": CALL.format(hour=3),
    "notes_about_their_time": "UPDATE note SET written_at = written_at - INTERVAL 90 DAY",
    "notes_do_not_know_the_future": "UPDATE note_span SET stated_at = stated_at + INTERVAL 90 DAY",
    "spans_within_their_text": """UPDATE note_span SET "end" = "end" + 100000""",
    "spans_are_what_stands_there": """UPDATE note_span SET start = start + 1, "end" = "end" + 1""",
    "both_languages_state_the_same": "DELETE FROM note_span WHERE note_span_id = "
    "(SELECT max(note_span_id) FROM note_span WHERE language = 'en')",
    "stays_have_an_admission_record": "DELETE FROM note WHERE kind = 'admission'",
    "stays_that_ended_have_a_summary": "DELETE FROM note WHERE kind = 'discharge'",
    "only_copies_are_stale": "UPDATE note_span SET stale = TRUE",
    "notes_by_the_right_people": "UPDATE note SET kind = 'nursing'",
    "one_identity_everywhere": "UPDATE linkage SET person_id = 1",
}
"""For each written rule something done to a clean world that the rule must notice."""


@pytest.fixture(scope="module")
def notes_folder(clinic: World, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Only the tables of the clinic's notes."""
    folder = tmp_path_factory.mktemp("notes")
    for name, table in notes(clinic, seed=7).items():
        table.write_parquet(folder / f"{name}.parquet")
    return folder


@pytest.fixture(scope="module")
def database(clinic: World, clinic_folder: Path, notes_folder: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """The clean clinic as tables; who changes something does it in a transaction and rolls it back."""
    with duckdb.connect() as connection:
        connection.execute("SET TimeZone = 'UTC'")
        for name in TABLES:
            folder = notes_folder if name in OPTIONAL else clinic_folder
            connection.execute(f"CREATE TABLE \"{name}\" AS FROM read_parquet('{folder / name}.parquet')")
            for column in TABLES[name].columns:
                if column.dtype == "cat":
                    connection.execute(f'ALTER TABLE "{name}" ALTER "{column.name}" TYPE VARCHAR')
        prepare(connection, clinic)
        yield connection


@pytest.fixture
def changed(database: duckdb.DuckDBPyConnection) -> Iterator[duckdb.DuckDBPyConnection]:
    database.execute("BEGIN")
    yield database
    database.execute("ROLLBACK")


def violations(connection: duckdb.DuckDBPyConnection, rule: str) -> int:
    (sql,) = [one.sql for one in RULES if one.id == rule]
    row = connection.execute(sql).fetchone()
    assert row
    return int(row[0])


def test_a_simulated_clinic_breaks_no_rule(clinic: World, clinic_folder: Path) -> None:
    report = check_world(clinic, clinic_folder)
    assert {outcome.id: outcome.violations for outcome in report.rules if outcome.violations} == {}


def test_changed_and_missing_files_are_named(clinic: World, clinic_folder: Path, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(clinic_folder, tmp_path / "clinic"))
    assert altered(folder) == ()
    with (folder / "charge.parquet").open("r+b") as stream:
        stream.seek(100)
        stream.write(b"x")
    (folder / "dictionary.html").unlink()
    assert set(altered(folder)) == {"charge.parquet", "dictionary.html"}
    (folder / "ward.parquet").unlink()
    report = check_world(clinic, folder)
    assert "ward.parquet" in report.files
    assert not report.passed


def test_the_page_shows_every_rule_and_loads_nothing(clinic: World, clinic_folder: Path, tmp_path: Path) -> None:
    report = check_world(clinic, clinic_folder)
    write_report(clinic, clinic_folder, report, tmp_path / "report.html")
    text = (tmp_path / "report.html").read_text(encoding="utf-8")
    assert text.count("<svg") == len(PLOTS)
    assert all(one.en.split("<")[0] in unescape(text) for one in report.rules)
    assert "<script" not in text
    assert [path.name for path in tmp_path.iterdir()] == ["report.html"]


def test_there_are_at_least_sixty_written_rules_and_each_has_a_world_that_breaks_it() -> None:
    assert len(WRITTEN) >= 60
    assert {rule.id for rule in WRITTEN} == set(BREAKS)


@pytest.mark.parametrize("rule", sorted(BREAKS))
def test_a_broken_world_is_caught_by_its_rule(changed: duckdb.DuckDBPyConnection, rule: str) -> None:
    assert violations(changed, rule) == 0
    changed.execute(BREAKS[rule])
    assert violations(changed, rule) > 0


def test_a_dangling_reference_a_repeated_key_and_a_strange_patient_are_caught(
    changed: duckdb.DuckDBPyConnection,
) -> None:
    changed.execute("UPDATE lab_result SET order_id = 5, cause_id = 6, lab_result_id = 7, patient_id = 8")
    for rule in ("lab_result_order_id", "lab_result_cause", "lab_result_key", "lab_result_patient"):
        assert violations(changed, rule) > 0


def test_rules_have_different_names_and_speak_both_languages() -> None:
    assert len({rule.id for rule in RULES}) == len(RULES)
    assert all(rule.zh and rule.en for rule in RULES)
