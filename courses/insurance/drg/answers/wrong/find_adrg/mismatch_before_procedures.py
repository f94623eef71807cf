# expect: 1/5 mismatch_first
def find_adrg(case, mdc, rules):
    for group in rules["adrgs"]:
        if group["mdc"] == mdc:
            if group["part"] != "S" and operated(case, rules):
                return mdc + "QY"
            if belongs(case, group):
                return group["adrg"]
    return "0000"
