# expect: 3/5 page_order
def find_adrg(case, mdc, rules):
    groups = [group for group in rules["adrgs"] if group["mdc"] == mdc]
    for code in case["operations"]:
        for group in groups:
            if group["procedures"] and belongs({**case, "operations": [code]}, group):
                return group["adrg"]
    for group in groups:
        if group["part"] == "M" and operated(case, rules):
            return mdc + "QY"
        if belongs(case, group):
            return group["adrg"]
    return "0000"
