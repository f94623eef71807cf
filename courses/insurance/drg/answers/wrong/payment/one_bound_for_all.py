# expect: 3/5 one_bound
def payment(cost, weight, rate, terms):
    if weight is None:
        return cost * terms["ungrouped"]
    standard = weight * rate
    bound = terms["high_light"]
    if cost < terms["low"] * standard:
        return cost
    if cost > bound * standard:
        return standard + cost - bound * standard
    return standard
