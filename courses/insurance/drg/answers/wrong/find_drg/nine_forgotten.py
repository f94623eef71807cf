# expect: 3/5 unsplit_as_five unsplit_levelled
def find_drg(case, adrg, rules):
    if adrg not in rules["levels"]:
        return adrg
    level = 5
    for code in case["others"]:
        if code in rules["cc"] and case["main"] not in rules["exclusions"][code]:
            level = min(level, 1 if rules["cc"][code] == "mcc" else 3)
    return adrg + str(level if 9 in rules["levels"][adrg] else max(level, min(rules["levels"][adrg])))
