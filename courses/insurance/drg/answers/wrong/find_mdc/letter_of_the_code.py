# expect: 0/4 first_letter age_ignored
def find_mdc(case, rules):
    return case["main"][:1]
