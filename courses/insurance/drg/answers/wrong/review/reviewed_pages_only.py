# expect: 3/5 reviewed_only
before, after = [], []
for case in cases:
    now = group(case)
    before.append(now)
    if case["page"] in reviewed:
        main = reviewed[case["page"]]
        others = [code for code in [case["main"], *case["others"]] if code not in (main, "")]
        now = group({**case, "main": main, "others": others})
    after.append(now)


def cmi(drgs):
    weights = [rules["weights"][drg] for drg in drgs if drg in rules["weights"]]
    return sum(weights) / len(weights)


def paid(drgs):
    weights = map(rules["weights"].get, drgs)
    return sum(payment(case["cost"], weight, rules["rate"], rules["terms"]) for case, weight in zip(cases, weights))


review = {
    "changed": sum(a != b for a, b in zip(before, after)),
    "cmi_before": cmi([drg for case, drg in zip(cases, before) if case["page"] in reviewed]),
    "cmi_after": cmi([drg for case, drg in zip(cases, after) if case["page"] in reviewed]),
    "payment_change": paid(after) - paid(before),
}
