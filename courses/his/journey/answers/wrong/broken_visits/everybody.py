# expect: 0/4 everybody_accused
def broken_visits(log, visits):
    return visits["visit_id"].tolist()
