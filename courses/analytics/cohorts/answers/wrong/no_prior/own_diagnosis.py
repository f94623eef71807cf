# expect: 0/5 nobody_left
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
    )
    """
