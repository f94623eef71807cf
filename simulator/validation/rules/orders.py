"""Rules about orders, images and procedures."""

from simulator.validation.rules.rule import rule

DONE = "(SELECT order_id FROM lab_result UNION SELECT order_id FROM imaging_study UNION SELECT order_id FROM procedure)"
HERE = "coalesce(e.admitted_at, e.seen_at)"

ORDERS = (
    rule(
        "orders_while_here",
        "医嘱开在接诊之后、离院之前",
        "Orders are given after the patient was seen and before they left",
        '"order" o JOIN encounter e USING (encounter_id) WHERE o.ordered_at < e.seen_at OR o.ordered_at > e.ended_at',
    ),
    rule(
        "completed_orders_have_results",
        "已完成的医嘱有结果,已取消的没有",
        "A completed order has a result, a cancelled one has none",
        f"\"order\" o LEFT JOIN {DONE} d USING (order_id) WHERE (o.status = 'completed' AND d.order_id IS NULL) "
        "OR (o.status = 'cancelled' AND d.order_id IS NOT NULL)",
    ),
    rule(
        "results_of_the_right_kind",
        "结果与医嘱类别相符",
        "What comes of an order fits its kind",
        "(SELECT o.kind <> 'laboratory' AS wrong FROM lab_result JOIN \"order\" o USING (order_id) "
        "UNION ALL SELECT o.kind <> 'imaging' FROM imaging_study JOIN \"order\" o USING (order_id) "
        "UNION ALL SELECT o.kind <> 'procedure' FROM procedure JOIN \"order\" o USING (order_id)) WHERE wrong",
    ),
    rule(
        "ordered_by_doctors",
        "开单者是医师",
        "Orders are given by doctors",
        "\"order\" o JOIN staff s ON s.staff_id = o.doctor_id WHERE s.role <> 'doctor'",
    ),
    rule(
        "images_in_order",
        "先开单,再检查,再报告",
        "An image is ordered, made and reported in this order",
        'imaging_study i JOIN "order" o USING (order_id) WHERE i.started_at < o.ordered_at '
        "OR i.reported_at <= i.started_at",
    ),
    rule(
        "images_while_here",
        "检查在患者在院期间进行",
        "Images are made while the patient is here",
        f"imaging_study i JOIN encounter e USING (encounter_id) WHERE i.started_at < {HERE} "
        "OR i.started_at > e.ended_at",
    ),
    rule(
        "one_image_per_order",
        "一张检查单一次检查,检查号不重复",
        "One image for each order, and each accession number once",
        "(SELECT 1 FROM imaging_study GROUP BY order_id HAVING count(*) > 1 "
        "UNION ALL SELECT 1 FROM imaging_study GROUP BY accession_number HAVING count(*) > 1)",
    ),
    rule(
        "procedures_in_order",
        "先开单,再开始,再结束",
        "A procedure is ordered, begun and ended in this order",
        'procedure p JOIN "order" o USING (order_id) WHERE p.started_at < o.ordered_at OR p.ended_at <= p.started_at',
    ),
    rule(
        "procedures_while_here",
        "手术操作在患者在院期间进行",
        "Procedures happen while the patient is here",
        f"procedure p JOIN encounter e USING (encounter_id) WHERE p.started_at < {HERE} OR p.ended_at > e.ended_at",
    ),
)
