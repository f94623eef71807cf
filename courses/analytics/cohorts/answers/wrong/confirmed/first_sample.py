# expect: 4/5 first_only
def confirmed():
    return """
    WITH drawn AS (
        SELECT i.patient_id, l.value, row_number() OVER (PARTITION BY i.patient_id ORDER BY l.collected_utc) AS n
        FROM index_stays AS i
        JOIN lab_results AS l ON l.patient_id = i.patient_id
        WHERE l.test = 'nt_probnp'
          AND l.collected_utc + INTERVAL 8 HOUR >= i.index_at - INTERVAL 24 HOUR
          AND l.collected_utc + INTERVAL 8 HOUR < i.index_at + INTERVAL 48 HOUR
    )
    SELECT d.patient_id, d.value AS peak FROM drawn AS d CROSS JOIN study AS s WHERE d.n = 1 AND d.value >= s.nt_probnp
    """
