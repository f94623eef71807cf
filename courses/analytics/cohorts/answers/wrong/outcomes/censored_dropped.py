# expect: 5/6 censored_dropped
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
    WHERE h.last_day <= h.data_end OR a.back_at IS NOT NULL OR h.died_at < h.last_day
    """
