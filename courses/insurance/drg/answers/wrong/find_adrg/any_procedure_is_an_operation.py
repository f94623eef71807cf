# expect: 4/5 any_procedure
def find_adrg(case, mdc, rules):
    for group in rules["adrgs"]:
        if group["mdc"] == mdc:
            if group["part"] == "M" and case["operations"]:
                return mdc + "QY"
            if belongs(case, group):
                return group["adrg"]
    return "0000"
