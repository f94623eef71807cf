# expect: 3/4 across_orders
def broken_visits(log, visits):
    # Per visit, not per order: the earliest of the later step against the latest of the earlier one.
    first = log.pivot_table(index="visit_id", columns="activity", values="time", aggfunc="min")
    last = log.pivot_table(index="visit_id", columns="activity", values="time", aggfunc="max")
    level = visits.set_index("visit_id")["triage_level"].reindex(first.index)
    late = (first["collected"] < last["ordered"]) & (level != 1)
    chain = (first["received"] < last["collected"]) | (first["resulted"] < last["received"])
    early = first["reported"] < last["performed"]
    return first.index[late | chain | early].tolist()
