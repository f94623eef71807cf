# expect: 1/5 treatment_ignored mismatch_ignored
def find_adrg(case, mdc, rules):
    for group in rules["adrgs"]:
        if group["mdc"] == mdc and group["part"] == "M" and belongs(case, group):
            return group["adrg"]
    return "0000"
