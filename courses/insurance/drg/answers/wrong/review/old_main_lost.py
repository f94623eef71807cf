# expect: 2/5 old_main_lost
before, after = [], []
for case in cases:
    now = group(case)
    before.append(now)
    if case["page"] in reviewed:
        now = group({**case, "main": reviewed[case["page"]]})
    after.append(now)


def cmi(drgs):
    weights = [rules["weights"][drg] for drg in drgs if drg in rules["weights"]]
    return sum(weights) / len(weights)


def paid(drgs):
    weights = map(rules["weights"].get, drgs)
    return sum(payment(case["cost"], weight, rules["rate"], rules["terms"]) for case, weight in zip(cases, weights))


review = {
    "changed": sum(a != b for a, b in zip(before, after)),
    "cmi_before": cmi(before),
    "cmi_after": cmi(after),
    "payment_change": paid(after) - paid(before),
}
