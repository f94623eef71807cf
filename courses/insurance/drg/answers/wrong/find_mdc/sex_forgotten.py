# expect: 2/4 sex_ignored pre_too_early
def find_mdc(case, rules):
    if case["main"] not in rules["mdc_of"]:
        return "0000"
    mdc = rules["mdc_of"][case["main"]]
    if mdc == rules["newborn_mdc"] and case["age_days"] > rules["newborn_days"]:
        return "0000"
    if performed(case, rules["pre_mdc"]):
        return "A"
    return mdc
