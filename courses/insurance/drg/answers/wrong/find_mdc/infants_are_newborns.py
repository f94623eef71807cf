# expect: 3/4 first_year
def find_mdc(case, rules):
    if case["main"] not in rules["mdc_of"]:
        return "0000"
    mdc = rules["mdc_of"][case["main"]]
    if mdc in rules["sex_of"] and case["sex"] != rules["sex_of"][mdc]:
        return "0000"
    if mdc == rules["newborn_mdc"] and case["age_days"] // 365 > 0:
        return "0000"
    if performed(case, rules["pre_mdc"]):
        return "A"
    return mdc
