# expect: 0/4 empty
def index_stays():
    return """
    SELECT c.patient_id, c.encounter_id, c.admitted_at AS index_at
    FROM candidates AS c
    CROSS JOIN study AS s
    WHERE c.admitted_at >= TIMESTAMP '2019-01-01' AND c.admitted_at < TIMESTAMP '2019-06-01'
    QUALIFY row_number() OVER (PARTITION BY c.patient_id ORDER BY c.admitted_at) = 1
    """
