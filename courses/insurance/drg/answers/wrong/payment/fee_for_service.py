# expect: 2/5 cost_is_paid
def payment(cost, weight, rate, terms):
    if weight is None:
        return cost * terms["ungrouped"]
    return cost
