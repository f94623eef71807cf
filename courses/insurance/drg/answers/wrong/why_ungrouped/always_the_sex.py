# expect: 2/3 age_as_sex
def why_ungrouped(case, drg, rules):
    if drg.endswith("QY"):
        return "operation"
    if drg != "0000":
        return "grouped"
    if case["main"] == "":
        return "no_main"
    if case["main"] not in rules["mdc_of"]:
        return "unknown_code"
    return "sex"
