# %% id="find_mdc"
def find_mdc(case, rules):
    mdc = rules["mdc_of"].get(case["main"], "0000")
    if case["sex"] != rules["sex_of"].get(mdc, case["sex"]):
        return "0000"
    if mdc == rules["newborn_mdc"] and case["age_days"] > rules["newborn_days"]:
        return "0000"
    return "A" if mdc != "0000" and performed(case, rules["pre_mdc"]) else mdc


# %% id="find_adrg"
def find_adrg(case, mdc, rules):
    for group in rules["adrgs"]:
        if group["mdc"] != mdc:
            continue
        if group["part"] == "M" and operated(case, rules):
            return mdc + "QY"
        if belongs(case, group):
            return group["adrg"]
    return "0000"


# %% id="find_drg"
def find_drg(case, adrg, rules):
    levels = rules["levels"].get(adrg)
    if levels is None:
        return adrg
    if levels == [9]:
        return adrg + "9"
    counting = {
        rules["cc"][code]
        for code in case["others"]
        if code in rules["cc"] and case["main"] not in rules["exclusions"][code]
    }
    level = 1 if "mcc" in counting else 3 if "cc" in counting else 5
    return adrg + str(max(level, min(levels)))


# %% id="why_ungrouped"
def why_ungrouped(case, drg, rules):
    if drg.endswith("QY"):
        return "operation"
    if drg != "0000":
        return "grouped"
    if not case["main"]:
        return "no_main"
    mdc = rules["mdc_of"].get(case["main"])
    if mdc is None:
        return "unknown_code"
    return "sex" if case["sex"] != rules["sex_of"].get(mdc, case["sex"]) else "age"


# %% id="payment"
def payment(cost, weight, rate, terms):
    if weight is None:
        return cost * terms["ungrouped"]
    standard = weight * rate
    if cost < terms["low"] * standard:
        return cost
    bound = terms["high_light"] if weight <= 1 else terms["high_middle"] if weight <= 2 else terms["high_heavy"]
    return standard + max(0, cost - bound * standard)


# %% id="review"
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
        payment(case["cost"], rules["weights"].get(drg), rules["rate"], rules["terms"])
        for case, drg in zip(cases, drgs)
    )


review = {
    "changed": sum(a != b for a, b in zip(before, after)),
    "cmi_before": cmi(before),
    "cmi_after": cmi(after),
    "payment_change": paid(after) - paid(before),
}
