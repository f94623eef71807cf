# expect: 2/5 copied_numbers
def payment(cost, weight, rate, terms):
    if weight is None:
        return cost * 0.8
    standard = weight * rate
    bound = 3 if weight <= 1 else 2.5 if weight <= 2 else 2
    if cost < 0.4 * standard:
        return cost
    if cost > bound * standard:
        return standard + cost - bound * standard
    return standard
