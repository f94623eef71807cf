# expect: 4/5 all_reviewed
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
    "changed": len(reviewed),
    "cmi_before": cmi(before),
    "cmi_after": cmi(after),
    "payment_change": paid(after) - paid(before),
}
