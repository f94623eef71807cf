# expect: 2/5 diagnoses_ignored
def find_adrg(case, mdc, rules):
    for group in rules["adrgs"]:
        if group["mdc"] == mdc:
            if group["part"] == "M" and operated(case, rules):
                return mdc + "QY"
            if not group["procedures"] or performed(case, group["procedures"]):
                return group["adrg"]
    return "0000"
