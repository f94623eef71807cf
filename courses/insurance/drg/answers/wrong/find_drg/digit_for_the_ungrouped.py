# expect: 4/5 ungrouped_levelled
def find_drg(case, adrg, rules):
    level = 5
    for code in case["others"]:
        if code in rules["cc"] and case["main"] not in rules["exclusions"][code]:
            level = min(level, 1 if rules["cc"][code] == "mcc" else 3)
    levels = rules["levels"].get(adrg, [1, 3, 5])
    if levels == [9]:
        return adrg + "9"
    return adrg + str(max(level, levels[0]))
