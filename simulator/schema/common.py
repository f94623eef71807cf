"""Columns that many tables share."""

from simulator.schema.columns import Column


def encounter_ref() -> Column:
    """Which encounter a row belongs to."""
    return Column("encounter_id", "id", "就诊编号", "Encounter it belongs to", refers="encounter")


def patient_ref() -> Column:
    """Which patient a row is about."""
    return Column("patient_id", "id", "患者编号", "Patient", refers="patient")


def doctor_ref(zh: str, en: str, *, nullable: bool = False) -> Column:
    """Which doctor, in the words given."""
    return Column("doctor_id", "id", zh, en, refers="staff", nullable=nullable)


def cause(zh: str, en: str, *, nullable: bool = False) -> Column:
    """What brought the row about: the id of a row in another table."""
    return Column("cause_id", "id", zh, en, nullable=nullable)
