# expect: 4/5 birthday_lost
def candidates():
    return """
    SELECT DISTINCT e.encounter_id, e.patient_id, e.admitted_at
    FROM encounters AS e
    JOIN diagnoses AS d ON d.encounter_id = e.encounter_id
    JOIN patients AS p ON p.patient_id = e.patient_id
    WHERE e.kind = 'inpatient'
      AND (d.code LIKE 'I50%' OR d.code = 'I11.0')
      AND date_sub('year', p.birth_date, e.admitted_at) > 18
    """
