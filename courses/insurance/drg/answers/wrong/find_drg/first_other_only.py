# expect: 2/5 first_other_only
def find_drg(case, adrg, rules):
    if adrg not in rules["levels"]:
        return adrg
    level = 5
    for code in case["others"][:1]:
        if code in rules["cc"] and case["main"] not in rules["exclusions"][code]:
            level = min(level, 1 if rules["cc"][code] == "mcc" else 3)
    levels = rules["levels"][adrg]
    if levels == [9]:
        return adrg + "9"
    return adrg + str(max(level, levels[0]))
