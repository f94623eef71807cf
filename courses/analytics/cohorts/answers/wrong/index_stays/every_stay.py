# expect: 3/4 every_stay
def index_stays():
    return """
    SELECT c.patient_id, c.encounter_id, c.admitted_at AS index_at
    FROM candidates AS c
    CROSS JOIN study AS s
    WHERE c.admitted_at >= s.window_start AND c.admitted_at < s.window_end
    """
