# expect: 3/5 one_excludes_all
def find_drg(case, adrg, rules):
    if adrg not in rules["levels"]:
        return adrg
    level = 5
    for code in case["others"]:
        if code in rules["cc"]:
            if case["main"] in rules["exclusions"][code]:
                level = 5
                break
            level = min(level, 1 if rules["cc"][code] == "mcc" else 3)
    levels = rules["levels"][adrg]
    if levels == [9]:
        return adrg + "9"
    return adrg + str(max(level, levels[0]))
