# expect: 2/5 both_needed
def no_prior():
    return """
    SELECT i.patient_id
    FROM index_stays AS i
    CROSS JOIN study AS s
    WHERE NOT (
        EXISTS (
            SELECT 1 FROM diagnoses AS d
            WHERE d.patient_id = i.patient_id
              AND (d.code LIKE 'I50%' OR d.code = 'I11.0')
              AND d.diagnosed_at >= i.index_at - to_days(s.lookback_days)
              AND d.diagnosed_at < i.index_at - INTERVAL 1 DAY
        )
        AND EXISTS (
            SELECT 1 FROM drug_orders AS o
            WHERE o.patient_id = i.patient_id
              AND o.drug = 'furosemide'
              AND o.ordered_at >= i.index_at - to_days(s.lookback_days)
              AND o.ordered_at < i.index_at - INTERVAL 1 DAY
        )
    )
    """
