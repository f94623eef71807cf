# expect: 0/5 any_category zero_not_passed
def find_adrg(case, mdc, rules):
    for group in rules["adrgs"]:
        if group["part"] == "M" and operated(case, rules):
            return mdc + "QY"
        if belongs(case, group):
            return group["adrg"]
    return "0000"
