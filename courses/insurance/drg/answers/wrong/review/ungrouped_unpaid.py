# expect: 3/5 unpaid
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
    return sum(
        payment(case["cost"], rules["weights"][drg], rules["rate"], rules["terms"])
        for case, drg in zip(cases, drgs)
        if drg in rules["weights"]
    )


review = {
    "changed": sum(a != b for a, b in zip(before, after)),
    "cmi_before": cmi(before),
    "cmi_after": cmi(after),
    "payment_change": paid(after) - paid(before),
}
