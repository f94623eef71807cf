# %% id="find_mdc"
def find_mdc(case, rules):
    mdc = rules["mdc_of"].get(case["main"])
    right_sex = rules["sex_of"].get(mdc) in (None, case["sex"])
    right_age = mdc != rules["newborn_mdc"] or case["age_days"] <= rules["newborn_days"]
    before_all = any(set(one).issubset(case["operations"]) for one in rules["pre_mdc"])
    return "0000" if not (mdc and right_sex and right_age) else "A" if before_all else mdc


# %% id="find_adrg"
def find_adrg(case, mdc, rules):
    behind = [group for group in rules["adrgs"] if group["mdc"] == mdc]
    treated = next((one["adrg"] for one in behind if one["part"] in "SP" and belongs(case, one)), None)
    medical = next((one["adrg"] for one in behind if one["part"] == "M" and belongs(case, one)), None)
    if mdc == "0000" or treated:
        return treated or mdc
    return f"{mdc}QY" if set(case["operations"]) & set(rules["operations"]) else medical


# %% id="find_drg"
def find_drg(case, adrg, rules):
    counting = {rules["cc"].get(code) for code in case["others"] if case["main"] not in rules["exclusions"].get(code, [])}
    wanted = next((level for level, kind in ((1, "mcc"), (3, "cc")) if kind in counting), 5)
    possible = [level for level in rules["levels"].get(adrg, []) if level >= wanted]
    return adrg + "".join(str(level) for level in possible[:1])


# %% id="why_ungrouped"
def why_ungrouped(case, drg, rules):
    if drg != "0000":
        return "operation" if "QY" in drg else "grouped"
    mdc = rules["mdc_of"].get(case["main"])
    reasons = {
        "no_main": not case["main"],
        "unknown_code": mdc is None,
        "sex": mdc in rules["sex_of"] and rules["sex_of"][mdc] != case["sex"],
        "age": True,
    }
    return next(reason for reason, holds in reasons.items() if holds)


# %% id="payment"
def payment(cost, weight, rate, terms):
    if weight is None:
        return terms["ungrouped"] * cost
    bound = terms[("high_light", "high_middle", "high_heavy")[(weight > 1) + (weight > 2)]]
    times = cost / (weight * rate)
    return cost if times < terms["low"] else weight * rate * (1 + max(0, times - bound))


# %% id="review"
corrected = [
    {**one, "main": reviewed[one["page"]], "others": sorted({one["main"], *one["others"]} - {reviewed[one["page"]], ""})}
    if one["page"] in reviewed
    else one
    for one in cases
]
pairs = [(group(old), group(new), old["cost"]) for old, new in zip(cases, corrected)]
weight_of = rules["weights"].get
grouped = [[weight_of(pair[k]) for pair in pairs if pair[k] in rules["weights"]] for k in (0, 1)]
review = {
    "changed": len([1 for old, new, _ in pairs if old != new]),
    "cmi_before": float(np.mean(grouped[0])),
    "cmi_after": float(np.mean(grouped[1])),
    "payment_change": sum(
        payment(cost, weight_of(new), rules["rate"], rules["terms"]) - payment(cost, weight_of(old), rules["rate"], rules["terms"])
        for old, new, cost in pairs
    ),
}
