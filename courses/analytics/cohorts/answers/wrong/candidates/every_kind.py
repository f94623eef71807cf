# expect: 3/5 visits_too
def candidates():
    return """
    SELECT DISTINCT e.encounter_id, e.patient_id, e.admitted_at
    FROM encounters AS e
    JOIN diagnoses AS d ON d.encounter_id = e.encounter_id
    JOIN patients AS p ON p.patient_id = e.patient_id
    WHERE e.registered_at IS NOT NULL
      AND (d.code LIKE 'I50%' OR d.code = 'I11.0')
      AND coalesce(e.admitted_at, e.registered_at) >= p.birth_date + INTERVAL 18 YEAR
    """
