# expect: 0/5 always_first
def find_adrg(case, mdc, rules):
    for group in rules["adrgs"]:
        if group["mdc"] == mdc:
            return group["adrg"]
    return "0000"
