"""The CDM's tables about people, places and money plans, and what it says of itself."""

import datetime as dt

import polars as pl

from simulator.formats.omop.concepts import Concepts
from simulator.world.world import World

GENDER = {"male": 8507, "female": 8532}
EHR = 32817
OFFSET = "minutes ahead of UTC"


def registry(world: World, found: Concepts) -> dict[str, pl.DataFrame]:
    """Location (districts), care_site (hospitals, departments, wards), provider."""
    sites = [
        world["hospital"].select(care_site_id="hospital_id", care_site_name="name_en", care_site_source_value="name_zh",
                                 place_of_service_concept_id=found.of("XL_LEVEL", "level"),
                                 place_of_service_source_value=pl.col("level").cast(pl.String)),
        world["department"].select(care_site_id="department_id", care_site_name=pl.col("name_en").cast(pl.String),
                                   care_site_source_value=pl.col("name_zh").cast(pl.String),
                                   place_of_service_concept_id=pl.lit(0, pl.Int32),
                                   place_of_service_source_value=pl.lit("department")),
        world["ward"].select(care_site_id="ward_id", care_site_name=pl.col("name_en").cast(pl.String),
                             care_site_source_value=pl.col("name_zh").cast(pl.String),
                             place_of_service_concept_id=found.of("XL_WARD", "kind"),
                             place_of_service_source_value=pl.lit("ward")),
    ]  # fmt: skip
    departments = world["department"].select("department_id", specialty="code")
    staff = world["staff"].join(departments, on="department_id", how="left", maintain_order="left")
    provider = staff.select(
        provider_id="staff_id",
        provider_name="name",
        care_site_id="department_id",
        specialty_concept_id=found.of("XL_DEPARTMENT", "specialty"),
        specialty_source_concept_id=found.of("XL_DEPARTMENT", "specialty"),
        specialty_source_value="specialty",
        gender_concept_id=pl.col("sex").cast(pl.String).replace_strict(GENDER, return_dtype=pl.Int32),
        gender_source_value="sex",
        provider_source_value="employee_number",
    )
    location = _districts(world).select(
        "location_id", city="district", location_source_value="district_en", country_source_value=pl.lit("CN")
    )
    return {"location": location, "care_site": pl.concat(sites), "provider": provider}


def _districts(world: World) -> pl.DataFrame:
    names = world.lazy("patient").select(pl.col("district", "district_en").cast(pl.String)).unique().collect()
    return names.sort("district", "district_en").with_row_index("location_id", 1)


def persons(world: World, found: Concepts, spans: pl.DataFrame) -> dict[str, pl.DataFrame]:
    """person, observation_period, payer_plan_period of the people in `spans` (person_id, first, last: days)."""
    places = _districts(world)
    patient = (
        world["patient"]
        .with_columns(pl.col("district", "district_en").cast(pl.String))
        .join(spans, left_on="patient_id", right_on="person_id", how="inner", maintain_order="left")
        .join(places, on=["district", "district_en"], how="left", maintain_order="left")
    )
    gender = pl.col("sex").cast(pl.String).replace_strict(GENDER, return_dtype=pl.Int32)
    born = pl.col("birth_date")
    period = {"person_id": pl.col("patient_id")}
    person = patient.select(
        **period,
        gender_concept_id=gender,
        gender_source_value="sex",
        year_of_birth=born.dt.year(),
        month_of_birth=born.dt.month(),
        day_of_birth=born.dt.day(),
        birth_datetime=born.cast(pl.Datetime("us")),
        race_concept_id=0,
        ethnicity_concept_id=0,
        location_id="location_id",
        care_site_id="hospital_id",
        person_source_value="mrn",
    )
    observed = patient.select(
        **period,
        observation_period_id="patient_id",
        observation_period_start_date="first",
        observation_period_end_date="last",
        period_type_concept_id=EHR,
    )
    plan = patient.select(
        **period,
        payer_plan_period_id="patient_id",
        payer_plan_period_start_date="first",
        payer_plan_period_end_date="last",
        payer_source_value="insurance",
        payer_concept_id=found.of("XL_INSURANCE", "insurance"),
    )
    return {"person": person, "observation_period": observed, "payer_plan_period": plan}


def about(world: World, last: dt.date, offset: dt.timedelta) -> dict[str, pl.DataFrame]:
    """cdm_source and metadata: that this is synthetic, of which scenario, and whose concepts these are."""
    name = world.scenario.name
    source = pl.DataFrame(
        {
            "cdm_source_name": [f"Xinglin synthetic hospital: {name}"],
            "cdm_source_abbreviation": ["XINGLIN"],
            "cdm_holder": ["Xinglin"],
            "source_description": [
                (
                    "Synthetic records; ICD-10, ATC, LOINC, UCUM and own codes stand as standard concepts in the range "
                    "for local use, where a real CDM has SNOMED CT and RxNorm."
                )
            ],
            "source_release_date": [last],
            "cdm_release_date": [last],
            "cdm_version": ["5.4"],
            "cdm_version_concept_id": [2_000_000_006],
            "vocabulary_version": ["Xinglin local"],
        }
    )
    metadata = pl.DataFrame(
        {
            "metadata_id": [1, 2],
            "metadata_concept_id": [2_000_000_007] * 2,
            "metadata_type_concept_id": [EHR] * 2,
            "name": ["scenario", OFFSET],
            "value_as_string": [name, None],
            "value_as_number": [None, offset.total_seconds() / 60],
        }
    )
    return {"cdm_source": source, "metadata": metadata}
