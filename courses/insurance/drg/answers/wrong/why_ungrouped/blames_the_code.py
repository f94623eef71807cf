# expect: 2/3 contradiction_as_unknown
def why_ungrouped(case, drg, rules):
    if drg.endswith("QY"):
        return "operation"
    if drg != "0000":
        return "grouped"
    if case["main"] == "":
        return "no_main"
    return "unknown_code"
