# %% id="find_mdc"
def find_mdc(case, rules):
    try:
        letter = rules["mdc_of"][case["main"]]
    except KeyError:
        return "0000"
    if letter in rules["sex_of"]:
        if rules["sex_of"][letter] != case["sex"]:
            return "0000"
    if letter == "P":
        if case["age_days"] > 28:
            return "0000"
    for codes in rules["pre_mdc"]:
        missing = 0
        for code in codes:
            if code not in case["operations"]:
                missing = missing + 1
        if missing == 0:
            return "A"
    return letter


# %% id="find_adrg"
def find_adrg(case, mdc, rules):
    if mdc == "0000":
        return "0000"
    for part in ["S", "P", "M"]:
        if part == "M":
            for code in case["operations"]:
                if code in rules["operations"]:
                    return mdc + "QY"
        for group in rules["adrgs"]:
            if group["mdc"] == mdc and group["part"] == part and belongs(case, group):
                return group["adrg"]


# %% id="find_drg"
def find_drg(case, adrg, rules):
    if adrg == "0000" or adrg.endswith("QY"):
        return adrg
    if rules["levels"][adrg] == [9]:
        return adrg + "9"
    mcc = False
    cc = False
    for code in case["others"]:
        if code not in rules["cc"]:
            continue
        if case["main"] in rules["exclusions"][code]:
            continue
        if rules["cc"][code] == "mcc":
            mcc = True
        else:
            cc = True
    if mcc and 1 in rules["levels"][adrg]:
        return adrg + "1"
    if mcc or cc:
        return adrg + "3"
    return adrg + "5"


# %% id="why_ungrouped"
def why_ungrouped(case, drg, rules):
    if drg == "0000":
        if len(case["main"]) == 0:
            return "no_main"
        if case["main"] not in rules["mdc_of"]:
            return "unknown_code"
        if rules["mdc_of"][case["main"]] == rules["newborn_mdc"]:
            return "age"
        return "sex"
    if drg[-2:] == "QY":
        return "operation"
    return "grouped"


# %% id="payment"
def payment(cost, weight, rate, terms):
    if weight is None:
        return cost * terms["ungrouped"]
    bound = terms["high_heavy"]
    if weight <= 2:
        bound = terms["high_middle"]
    if weight <= 1:
        bound = terms["high_light"]
    pays = weight * rate
    if cost < terms["low"] * weight * rate:
        pays = cost
    if cost > bound * weight * rate:
        pays = pays + (cost - bound * weight * rate)
    return pays


# %% id="review"
changed = 0
change = 0.0
total = {"before": 0.0, "after": 0.0}
number = {"before": 0, "after": 0}
for one in cases:
    old = group(one)
    new = old
    if one["page"] in reviewed:
        copy = dict(one)
        copy["main"] = reviewed[one["page"]]
        copy["others"] = list(one["others"]) + [one["main"]]
        copy["others"] = [code for code in copy["others"] if code != copy["main"] and code != ""]
        new = group(copy)
    if old != new:
        changed += 1
        change += payment(one["cost"], rules["weights"].get(new), rules["rate"], rules["terms"])
        change -= payment(one["cost"], rules["weights"].get(old), rules["rate"], rules["terms"])
    for when, drg in (("before", old), ("after", new)):
        if drg in rules["weights"]:
            total[when] += rules["weights"][drg]
            number[when] += 1
review = {"changed": changed, "payment_change": change}
review["cmi_before"] = total["before"] / number["before"]
review["cmi_after"] = total["after"] / number["after"]
