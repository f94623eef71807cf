# expect: 0/5 raised
def find_drg(case, adrg, rules):
    level = 5
    for code in case["others"]:
        if code in rules["cc"] and case["main"] not in rules["exclusions"][code]:
            level = min(level, 1 if rules["cc"][code] == "mcc" else 3)
    levels = rules["levels"][adrg]
    if levels == [9]:
        return adrg + "9"
    return adrg + str(max(level, levels[0]))
