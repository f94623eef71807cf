# expect: 3/4 filtered_after
def index_stays():
    return """
    WITH ranked AS (
        SELECT *, row_number() OVER (PARTITION BY patient_id ORDER BY admitted_at) AS n FROM candidates
    )
    SELECT r.patient_id, r.encounter_id, r.admitted_at AS index_at
    FROM ranked AS r
    CROSS JOIN study AS s
    WHERE r.n = 1 AND r.admitted_at >= s.window_start AND r.admitted_at < s.window_end
    """
