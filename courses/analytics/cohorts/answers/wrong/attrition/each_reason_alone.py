# expect: 1/4 counted_twice
def attrition():
    return """
    WITH checked AS (
        SELECT
            i.patient_id IN (SELECT patient_id FROM confirmed) AS is_confirmed,
            i.patient_id IN (SELECT patient_id FROM no_prior) AS is_new,
            e.ended_at IS NOT NULL AND e.outcome <> 'died' AS went_home
        FROM index_stays AS i
        JOIN encounters AS e ON e.encounter_id = i.encounter_id
    ),
    counted AS (
        SELECT 1 AS step, 0 AS excluded
        UNION ALL SELECT 2, count(*) FROM checked WHERE NOT is_confirmed
        UNION ALL SELECT 3, count(*) FROM checked WHERE NOT is_new
        UNION ALL SELECT 4, count(*) FROM checked WHERE NOT went_home
    )
    SELECT step, excluded, (SELECT count(*) FROM checked) - sum(excluded) OVER (ORDER BY step) AS remaining
    FROM counted
    """
