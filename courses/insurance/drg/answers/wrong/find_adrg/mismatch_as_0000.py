# expect: 4/5 mismatch_is_zero
def find_adrg(case, mdc, rules):
    for group in rules["adrgs"]:
        if group["mdc"] == mdc:
            if group["part"] == "M" and operated(case, rules):
                return "0000"
            if belongs(case, group):
                return group["adrg"]
    return "0000"
