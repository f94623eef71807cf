# expect: 4/5 two_make_one
def find_drg(case, adrg, rules):
    if adrg not in rules["levels"]:
        return adrg
    level = 5
    counting = [rules["cc"][c] for c in case["others"] if c in rules["cc"] and case["main"] not in rules["exclusions"][c]]
    if "mcc" in counting or len(counting) > 1:
        level = 1
    elif counting:
        level = 3
    levels = rules["levels"][adrg]
    if levels == [9]:
        return adrg + "9"
    return adrg + str(max(level, levels[0]))
