# expect: 4/5 mismatch_ignored
def find_adrg(case, mdc, rules):
    for group in rules["adrgs"]:
        if group["mdc"] == mdc and belongs(case, group):
            return group["adrg"]
    return "0000"
