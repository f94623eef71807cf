# expect: 3/5 edges_moved
def payment(cost, weight, rate, terms):
    if weight is None:
        return cost * terms["ungrouped"]
    standard = weight * rate
    bound = terms["high_light"] if weight < 1 else terms["high_middle"] if weight < 2 else terms["high_heavy"]
    if cost < terms["low"] * standard:
        return cost
    if cost > bound * standard:
        return standard + cost - bound * standard
    return standard
