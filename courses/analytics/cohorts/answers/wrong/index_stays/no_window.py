# expect: 1/4 no_window end_included
def index_stays():
    return """
    SELECT c.patient_id, c.encounter_id, c.admitted_at AS index_at
    FROM candidates AS c
    CROSS JOIN study AS s
    QUALIFY row_number() OVER (PARTITION BY c.patient_id ORDER BY c.admitted_at) = 1
    """
