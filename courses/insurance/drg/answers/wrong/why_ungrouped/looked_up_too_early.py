# expect: 0/3 raised
def why_ungrouped(case, drg, rules):
    mdc = rules["mdc_of"][case["main"]]
    if drg.endswith("QY"):
        return "operation"
    if drg != "0000":
        return "grouped"
    if case["main"] == "":
        return "no_main"
    mdc = rules["mdc_of"][case["main"]]
    if mdc in rules["sex_of"] and case["sex"] != rules["sex_of"][mdc]:
        return "sex"
    return "age"
