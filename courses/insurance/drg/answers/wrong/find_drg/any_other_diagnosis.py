# expect: 3/5 any_other
def find_drg(case, adrg, rules):
    if adrg not in rules["levels"]:
        return adrg
    level = 5
    counting = [rules["cc"].get(c, "cc") for c in case["others"] if case["main"] not in rules["exclusions"].get(c, [])]
    if counting:
        level = 1 if "mcc" in counting else 3
    levels = rules["levels"][adrg]
    if levels == [9]:
        return adrg + "9"
    return adrg + str(max(level, levels[0]))
