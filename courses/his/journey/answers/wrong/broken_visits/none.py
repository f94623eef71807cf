# expect: 0/4
def broken_visits(log, visits):
    return []
