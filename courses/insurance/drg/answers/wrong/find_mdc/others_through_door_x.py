# expect: 3/4 unknown_is_other
def find_mdc(case, rules):
    mdc = rules["mdc_of"].get(case["main"], "X")
    if mdc in rules["sex_of"] and case["sex"] != rules["sex_of"][mdc]:
        return "0000"
    if mdc == rules["newborn_mdc"] and case["age_days"] > rules["newborn_days"]:
        return "0000"
    if performed(case, rules["pre_mdc"]):
        return "A"
    return mdc
