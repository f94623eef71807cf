# expect: 1/5 weight_is_paid
def payment(cost, weight, rate, terms):
    if weight is None:
        return cost * terms["ungrouped"]
    return weight
