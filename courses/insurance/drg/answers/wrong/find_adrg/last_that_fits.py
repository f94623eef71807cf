# expect: 0/5 always_last
def find_adrg(case, mdc, rules):
    found = "0000"
    for group in rules["adrgs"]:
        if group["mdc"] == mdc and belongs(case, group):
            found = group["adrg"]
    return found
