"""The queries of published figures about acute illness: sepsis, kidney injury, infarction.

Each selects the figure and its standard error in a world of this size. Sepsis and kidney injury count whether or not a
doctor wrote them down, as the studies count those who meet criteria.
"""

# ruff: noqa: S608  # every name in a query is declared in the schema

from collections.abc import Mapping

A_YEAR = "1e5 / (SELECT sum(population) FROM hospital) * 365.25 / getvariable('days')"
STAYS = (
    "SELECT encounter_id, age_years, outcome, admitted_at, ended_at FROM encounter "
    "WHERE kind = 'inpatient' AND admitted_at >= getvariable('begin')"
)
PRESSORS = "('noradrenaline', 'vasopressin', 'dopamine')"
EARLY = "outcome = 'died' AND ended_at < admitted_at + INTERVAL 30 DAY"


def share(part: str, rows: str) -> str:
    """Per cent of `rows` that meet the condition `part`, with its standard error (not nought where none do)."""
    chance = "(k + 1.0) / (n + 2)"
    return (
        f"SELECT 100.0 * k / nullif(n, 0), 100 * sqrt({chance} * (1 - {chance}) / (n + 2)) "
        f"FROM (SELECT count(*) FILTER ({part}) AS k, count(*) AS n FROM ({rows}))"
    )


def rate(rows: str) -> str:
    """How many `rows` there are for 100,000 people and a year, with its standard error."""
    return f"SELECT n * {A_YEAR}, sqrt(n + 1) * {A_YEAR} FROM (SELECT count(*) AS n FROM ({rows}))"


def _ill(codes: str, event: str) -> str:
    """Stays with one of these codes among their diagnoses, or with this event."""
    coded = f"SELECT encounter_id FROM diagnosis WHERE code SIMILAR TO '{codes}'"
    known = f"{coded} UNION SELECT encounter_id FROM deterioration WHERE event = '{event}'"
    return f"SELECT * FROM ({STAYS}) WHERE encounter_id IN ({known})"


SEPSIS = _ill("A4[01].*|P36.*|R57.2", "sepsis")
KIDNEY = _ill("N17.*", "kidney_injury")
INFARCTION = (
    f"SELECT * FROM ({STAYS}) WHERE outcome IS NOT NULL AND encounter_id IN "
    "(SELECT encounter_id FROM diagnosis WHERE rank = 1 AND code SIMILAR TO 'I2[12].*')"
)
SHOCK = (
    f"SELECT * FROM ({SEPSIS}) WHERE outcome IS NOT NULL AND encounter_id IN "
    f"(SELECT encounter_id FROM medication_order WHERE drug_code IN {PRESSORS})"
)

ACUTE: Mapping[str, str] = {
    "T23": rate(SEPSIS),
    "T24": share("age_years >= 65", SEPSIS),
    "T25": share("kidney", f"SELECT encounter_id IN (SELECT encounter_id FROM ({KIDNEY})) AS kidney FROM ({STAYS})"),
    "T26": share(EARLY, INFARCTION),
    "T27": share("outcome = 'died'", SHOCK),
}
