# expect: 4/5 letter_missing
def find_adrg(case, mdc, rules):
    for group in rules["adrgs"]:
        if group["mdc"] == mdc:
            if group["part"] == "M" and operated(case, rules):
                return "QY"
            if belongs(case, group):
                return group["adrg"]
    return "0000"
