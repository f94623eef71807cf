# expect: 2/3 unknown_as_empty
def why_ungrouped(case, drg, rules):
    if drg.endswith("QY"):
        return "operation"
    if drg != "0000":
        return "grouped"
    if case["main"] not in rules["mdc_of"]:
        return "no_main"
    mdc = rules["mdc_of"][case["main"]]
    if mdc in rules["sex_of"] and case["sex"] != rules["sex_of"][mdc]:
        return "sex"
    return "age"
