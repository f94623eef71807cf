# expect: 0/5 nobody_left
def no_prior():
    return """
    WITH evidence AS (
        SELECT patient_id, encounter_id, diagnosed_at AS at FROM diagnoses WHERE code LIKE 'I50%' OR code = 'I11.0'
        UNION ALL
        SELECT patient_id, encounter_id, ordered_at FROM drug_orders WHERE drug = 'furosemide'
    ),
    earlier AS (
        SELECT v.patient_id
        FROM evidence AS v
        CROSS JOIN study AS s
        LEFT JOIN index_stays AS i ON i.patient_id = v.patient_id
        WHERE i.patient_id IS NULL
           OR (v.at >= i.index_at - to_days(s.lookback_days) AND v.at < i.index_at - INTERVAL 1 DAY)
    )
    SELECT patient_id FROM index_stays WHERE patient_id NOT IN (SELECT patient_id FROM earlier)
    """
