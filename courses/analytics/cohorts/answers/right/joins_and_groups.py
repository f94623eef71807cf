# Grouping instead of windows, arg_min, anti joins, the time zone by name.
# %% id="candidates"
def candidates():
    return """
    SELECT e.encounter_id, any_value(e.patient_id) AS patient_id, min(e.admitted_at) AS admitted_at
    FROM diagnoses AS d
    JOIN encounters AS e USING (encounter_id)
    JOIN patients AS p ON p.patient_id = e.patient_id
    WHERE regexp_matches(d.code, '^I50|^I11\\.0$')
      AND e.kind = 'inpatient'
      AND age(e.admitted_at, p.birth_date) >= INTERVAL 18 YEAR
    GROUP BY e.encounter_id
    """


# %% id="index_stays"
def index_stays():
    return """
    SELECT patient_id, arg_min(encounter_id, admitted_at) AS encounter_id, min(admitted_at) AS index_at
    FROM candidates
    JOIN study ON admitted_at >= window_start AND admitted_at < window_end
    GROUP BY patient_id
    """


# %% id="confirmed"
def confirmed():
    return """
    WITH drawn AS (
        SELECT patient_id, value, (collected_utc AT TIME ZONE 'UTC') AT TIME ZONE 'Asia/Shanghai' AS collected_at
        FROM lab_results
        WHERE test = 'nt_probnp'
    )
    SELECT i.patient_id, i.encounter_id, max(d.value) AS peak, count(*) AS samples
    FROM drawn AS d
    JOIN index_stays AS i
      ON i.patient_id = d.patient_id
     AND d.collected_at >= i.index_at - INTERVAL 1 DAY
     AND d.collected_at < i.index_at + INTERVAL 2 DAY
    GROUP BY ALL
    HAVING max(d.value) >= (SELECT any_value(nt_probnp) FROM study)
    """


# %% id="no_prior"
def no_prior():
    return """
    WITH evidence AS (
        FROM diagnoses SELECT patient_id, diagnosed_at AS at WHERE code LIKE 'I50%' OR code = 'I11.0'
        UNION
        FROM drug_orders SELECT patient_id, ordered_at WHERE drug = 'furosemide' AND patient_id IS NOT NULL
    ),
    history AS (
        SELECT DISTINCT i.patient_id
        FROM index_stays AS i
        JOIN evidence AS v ON v.patient_id = i.patient_id
        CROSS JOIN study AS s
        WHERE epoch(i.index_at - v.at) > 86400 AND epoch(i.index_at - v.at) <= 86400 * s.lookback_days
    )
    SELECT patient_id FROM index_stays
    EXCEPT
    SELECT patient_id FROM history
    """


# %% id="attrition"
def attrition():
    return """
    WITH checked AS (
        SELECT i.patient_id,
               CASE WHEN c.patient_id IS NULL THEN 2
                    WHEN n.patient_id IS NULL THEN 3
                    WHEN e.ended_at IS NULL OR e.outcome = 'died' THEN 4
                    ELSE 5 END AS leaves_at
        FROM index_stays AS i
        LEFT JOIN confirmed AS c ON c.patient_id = i.patient_id
        LEFT JOIN no_prior AS n ON n.patient_id = i.patient_id
        LEFT JOIN encounters AS e ON e.encounter_id = i.encounter_id
    )
    SELECT step, count(*) FILTER (WHERE leaves_at = step) AS excluded, count(*) FILTER (WHERE leaves_at > step) AS remaining
    FROM checked
    CROSS JOIN (SELECT unnest([1, 2, 3, 4]) AS step)
    GROUP BY step
    """


# %% id="outcomes"
def outcomes():
    return """
    WITH home AS (
        SELECT i.patient_id, e.ended_at AS left_at
        FROM index_stays AS i
        JOIN encounters AS e ON e.encounter_id = i.encounter_id
        WHERE e.ended_at IS NOT NULL AND e.outcome IS DISTINCT FROM 'died'
    ),
    moments AS (
        SELECT h.patient_id, e.admitted_at AS at, 'readmitted' AS status, 1 AS priority
        FROM home AS h JOIN encounters AS e ON e.patient_id = h.patient_id
        WHERE e.kind = 'inpatient' AND e.admitted_at > h.left_at
        UNION ALL
        SELECT patient_id, died_at, 'died', 2 FROM patients WHERE died_at IS NOT NULL
        UNION ALL
        SELECT h.patient_id, h.left_at + INTERVAL 30 DAY, 'complete', 0 FROM home AS h
        UNION ALL
        SELECT h.patient_id, s.data_end, 'censored', 3 FROM home AS h CROSS JOIN study AS s
    )
    SELECT h.patient_id, m.status, date_diff('microsecond', h.left_at, m.at) / 86400e6 AS days
    FROM home AS h
    JOIN moments AS m ON m.patient_id = h.patient_id
    QUALIFY row_number() OVER (PARTITION BY h.patient_id ORDER BY m.at, m.priority) = 1
    """
