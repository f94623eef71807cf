# %% id="candidates"
def candidates():
    return """
    SELECT DISTINCT e.encounter_id, e.patient_id, e.admitted_at
    FROM encounters AS e
    JOIN diagnoses AS d ON d.encounter_id = e.encounter_id
    JOIN patients AS p ON p.patient_id = e.patient_id
    WHERE e.kind = 'inpatient'
      AND (d.code LIKE 'I50%' OR d.code = 'I11.0')
      AND e.admitted_at >= p.birth_date + INTERVAL 18 YEAR
    """


# %% id="index_stays"
def index_stays():
    return """
    SELECT c.patient_id, c.encounter_id, c.admitted_at AS index_at
    FROM candidates AS c
    CROSS JOIN study AS s
    WHERE c.admitted_at >= s.window_start AND c.admitted_at < s.window_end
    QUALIFY row_number() OVER (PARTITION BY c.patient_id ORDER BY c.admitted_at) = 1
    """


# %% id="confirmed"
def confirmed():
    return """
    SELECT i.patient_id, max(l.value) AS peak
    FROM index_stays AS i
    CROSS JOIN study AS s
    JOIN lab_results AS l ON l.patient_id = i.patient_id
    WHERE l.test = 'nt_probnp'
      AND l.collected_utc + INTERVAL 8 HOUR >= i.index_at - INTERVAL 24 HOUR
      AND l.collected_utc + INTERVAL 8 HOUR < i.index_at + INTERVAL 48 HOUR
      AND l.value >= s.nt_probnp
    GROUP BY i.patient_id
    """


# %% id="no_prior"
def no_prior():
    return """
    WITH evidence AS (
        SELECT patient_id, diagnosed_at AS at FROM diagnoses WHERE code LIKE 'I50%' OR code = 'I11.0'
        UNION ALL
        SELECT patient_id, ordered_at FROM drug_orders WHERE drug = 'furosemide'
    )
    SELECT i.patient_id
    FROM index_stays AS i
    CROSS JOIN study AS s
    WHERE NOT EXISTS (
        SELECT 1 FROM evidence AS v
        WHERE v.patient_id = i.patient_id
          AND v.at >= i.index_at - to_days(s.lookback_days)
          AND v.at < i.index_at - INTERVAL 1 DAY
    )
    """


# %% id="attrition"
def attrition():
    return """
    WITH checked AS (
        SELECT
            i.patient_id IN (SELECT patient_id FROM confirmed) AS is_confirmed,
            i.patient_id IN (SELECT patient_id FROM no_prior) AS is_new,
            e.ended_at IS NOT NULL AND e.outcome <> 'died' AS went_home
        FROM index_stays AS i
        JOIN encounters AS e ON e.encounter_id = i.encounter_id
    ),
    counted AS (
        SELECT 1 AS step, count(*) AS remaining FROM checked
        UNION ALL SELECT 2, count(*) FROM checked WHERE is_confirmed
        UNION ALL SELECT 3, count(*) FROM checked WHERE is_confirmed AND is_new
        UNION ALL SELECT 4, count(*) FROM checked WHERE is_confirmed AND is_new AND went_home
    )
    SELECT step, coalesce(lag(remaining) OVER (ORDER BY step) - remaining, 0) AS excluded, remaining
    FROM counted
    ORDER BY step
    """


# %% id="outcomes"
def outcomes():
    return """
    WITH home AS (
        SELECT i.patient_id, e.ended_at AS left_at, p.died_at, s.data_end,
               e.ended_at + to_days(s.followup_days) AS last_day
        FROM index_stays AS i
        CROSS JOIN study AS s
        JOIN encounters AS e ON e.encounter_id = i.encounter_id
        JOIN patients AS p ON p.patient_id = i.patient_id
        WHERE e.ended_at IS NOT NULL AND e.outcome <> 'died'
    ),
    again AS (
        SELECT h.patient_id, min(e.admitted_at) AS back_at
        FROM home AS h
        JOIN encounters AS e ON e.patient_id = h.patient_id
        WHERE e.kind = 'inpatient' AND e.admitted_at >= h.left_at AND e.admitted_at < h.last_day
        GROUP BY h.patient_id
    )
    SELECT
        h.patient_id,
        CASE
            WHEN a.back_at IS NOT NULL THEN 'readmitted'
            WHEN h.died_at < h.last_day THEN 'died'
            WHEN h.data_end < h.last_day THEN 'censored'
            ELSE 'complete'
        END AS status,
        epoch(least(a.back_at, h.died_at, h.data_end, h.last_day) - h.left_at) / 86400 AS days
    FROM home AS h
    LEFT JOIN again AS a ON a.patient_id = h.patient_id
    """
