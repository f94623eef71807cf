# expect: 4/5 zero_not_passed
def find_adrg(case, mdc, rules):
    for group in rules["adrgs"]:
        if group["mdc"] == mdc:
            if group["part"] == "M" and operated(case, rules):
                return mdc + "QY"
            if belongs(case, group):
                return group["adrg"]
