# expect: 3/4 cumulative
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
        SELECT 1 AS step, count(*) AS remaining FROM checked
        UNION ALL SELECT 2, count(*) FROM checked WHERE is_confirmed
        UNION ALL SELECT 3, count(*) FROM checked WHERE is_confirmed AND is_new
        UNION ALL SELECT 4, count(*) FROM checked WHERE is_confirmed AND is_new AND went_home
    )
    SELECT step, first_value(remaining) OVER (ORDER BY step) - remaining AS excluded, remaining
    FROM counted
    ORDER BY step
    """
