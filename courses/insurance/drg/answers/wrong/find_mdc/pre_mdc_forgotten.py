# expect: 3/4 pre_ignored
def find_mdc(case, rules):
    if case["main"] not in rules["mdc_of"]:
        return "0000"
    mdc = rules["mdc_of"][case["main"]]
    if mdc in rules["sex_of"] and case["sex"] != rules["sex_of"][mdc]:
        return "0000"
    if mdc == rules["newborn_mdc"] and case["age_days"] > rules["newborn_days"]:
        return "0000"
    return mdc
