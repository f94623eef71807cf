# The text is put together in Python; anti joins by LEFT JOIN … IS NULL; one-row protocol through a comma join.
# %% id="candidates"
def candidates():
    failing = " OR ".join(f"d.code = '{code}'" for code in ["I50.0", "I50.1", "I50.9", "I11.0"])
    adult = "e.admitted_at - INTERVAL 18 YEAR >= p.birth_date"
    return (
        "SELECT e.* FROM encounters e, patients p "
        f"WHERE e.kind = 'inpatient' AND p.patient_id = e.patient_id AND {adult} "
        f"AND e.encounter_id IN (SELECT d.encounter_id FROM diagnoses d WHERE {failing})"
    )


# %% id="index_stays"
def index_stays():
    inside = "SELECT c.* FROM candidates c, study s WHERE s.window_start <= c.admitted_at AND c.admitted_at < s.window_end"
    return f"""
    WITH inside AS ({inside})
    SELECT DISTINCT ON (patient_id) patient_id, encounter_id, admitted_at AS index_at
    FROM inside
    ORDER BY patient_id, admitted_at
    """


# %% id="confirmed"
def confirmed():
    hours = "date_diff('second', i.index_at, l.collected_utc + INTERVAL 480 MINUTE) / 3600.0"
    return f"""
    SELECT i.patient_id, CAST(max(l.value) AS FLOAT) AS peak
    FROM index_stays i, study s, lab_results l
    WHERE l.patient_id = i.patient_id AND l.test = 'nt_probnp' AND {hours} >= -24 AND {hours} < 48
    GROUP BY i.patient_id
    HAVING max(l.value) >= max(s.nt_probnp)
    """


# %% id="no_prior"
def no_prior():
    def when(time):
        return f"{time} BETWEEN i.index_at - INTERVAL (s.lookback_days) DAY AND i.index_at - INTERVAL 86401 SECOND"

    return f"""
    SELECT i.patient_id
    FROM index_stays i
    CROSS JOIN study s
    LEFT JOIN diagnoses d
      ON d.patient_id = i.patient_id AND (d.code LIKE 'I50%' OR d.code = 'I11.0') AND {when("d.diagnosed_at")}
    LEFT JOIN drug_orders o
      ON o.patient_id = i.patient_id AND o.drug = 'furosemide' AND {when("o.ordered_at")}
    WHERE d.encounter_id IS NULL AND o.ordered_at IS NULL
    """


# %% id="attrition"
def attrition():
    tests = ["true", "c.patient_id IS NOT NULL", "n.patient_id IS NOT NULL", "e.ended_at IS NOT NULL AND e.outcome != 'died'"]
    joined = """
    FROM index_stays i
    JOIN encounters e ON e.encounter_id = i.encounter_id
    LEFT JOIN confirmed c ON c.patient_id = i.patient_id
    LEFT JOIN no_prior n ON n.patient_id = i.patient_id
    """

    def passed(number):
        return f"count(*) FILTER (WHERE {' AND '.join(tests[: max(number, 1)])})"

    return " UNION ALL ".join(
        f"SELECT {step} AS step, {passed(step - 1)} - {passed(step)} AS excluded, {passed(step)} AS remaining {joined}"
        for step in (3, 1, 4, 2)
    )


# %% id="outcomes"
def outcomes():
    first = """
    SELECT h.patient_id, min(f.admitted_at) AS back_at
    FROM home h JOIN encounters f ON f.patient_id = h.patient_id AND f.kind = 'inpatient'
    WHERE f.admitted_at BETWEEN h.left_at AND h.left_at + INTERVAL 719 HOUR + INTERVAL 3599 SECOND
    GROUP BY h.patient_id
    """
    return f"""
    WITH home AS (
        SELECT i.patient_id, e.ended_at AS left_at
        FROM index_stays i JOIN encounters e ON e.encounter_id = i.encounter_id
        WHERE e.ended_at IS NOT NULL AND coalesce(e.outcome, '') <> 'died'
    ),
    first AS ({first}),
    ends AS (
        SELECT h.patient_id, h.left_at, f.back_at, p.died_at, s.data_end, h.left_at + INTERVAL 30 DAY AS full_at
        FROM home h
        JOIN patients p ON p.patient_id = h.patient_id
        CROSS JOIN study s
        LEFT JOIN first f ON f.patient_id = h.patient_id
    )
    SELECT patient_id, 'readmitted' AS status, epoch(back_at - left_at) / 86400 AS days FROM ends WHERE back_at IS NOT NULL
    UNION ALL
    SELECT patient_id, 'died', epoch(died_at - left_at) / 86400 FROM ends WHERE back_at IS NULL AND died_at < full_at
    UNION ALL
    SELECT patient_id,
           CASE WHEN data_end < full_at THEN 'censored' ELSE 'complete' END,
           epoch(least(data_end, full_at) - left_at) / 86400
    FROM ends
    WHERE back_at IS NULL AND (died_at IS NULL OR died_at >= full_at)
    """
