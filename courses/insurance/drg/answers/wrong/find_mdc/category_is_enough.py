# expect: 3/4 guessed_category
def find_mdc(case, rules):
    short = {}
    for code, letter in rules["mdc_of"].items():
        short.setdefault(code[:3], letter)
    mdc = rules["mdc_of"].get(case["main"]) or short.get(case["main"][:3])
    if mdc is None:
        return "0000"
    if mdc in rules["sex_of"] and case["sex"] != rules["sex_of"][mdc]:
        return "0000"
    if mdc == rules["newborn_mdc"] and case["age_days"] > rules["newborn_days"]:
        return "0000"
    if performed(case, rules["pre_mdc"]):
        return "A"
    return mdc
