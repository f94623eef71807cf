# expect: 4/5 limit_excluded
def confirmed():
    return """
    SELECT i.patient_id, max(l.value) AS peak
    FROM index_stays AS i
    CROSS JOIN study AS s
    JOIN lab_results AS l ON l.patient_id = i.patient_id
    WHERE l.test = 'nt_probnp'
      AND l.collected_utc + INTERVAL 8 HOUR >= i.index_at - INTERVAL 24 HOUR
      AND l.collected_utc + INTERVAL 8 HOUR < i.index_at + INTERVAL 48 HOUR
      AND l.value > s.nt_probnp
    GROUP BY i.patient_id
    """
