# expect: 3/4 mixed_rows
def index_stays():
    return """
    SELECT c.patient_id, min(c.encounter_id) AS encounter_id, min(c.admitted_at) AS index_at
    FROM candidates AS c
    CROSS JOIN study AS s
    WHERE c.admitted_at >= s.window_start AND c.admitted_at < s.window_end
    GROUP BY c.patient_id
    """
