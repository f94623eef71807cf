# expect: 3/5 first_operation_only
def find_adrg(case, mdc, rules):
    case = {**case, "operations": case["operations"][:1]}
    for group in rules["adrgs"]:
        if group["mdc"] == mdc:
            if group["part"] == "M" and operated(case, rules):
                return mdc + "QY"
            if belongs(case, group):
                return group["adrg"]
    return "0000"
