# Polars: expressions over whole columns; numbers come back as strings of digits or floats, times as they are.
# %% id="visit_events"
import polars as pl

ACTIVITIES = ["registered", "triaged", "seen", "left"]


def visit_events(visits):
    table = pl.from_pandas(visits).rename({f"{name}_at": name for name in ACTIVITIES})
    log = table.unpivot(ACTIVITIES, index="visit_id", variable_name="activity", value_name="time").drop_nulls("time")
    return log.sort("visit_id", "time").with_columns(pl.col("visit_id").cast(pl.Float64)).to_pandas()


# %% id="lab_phases"
def lab_phases(orders, lab):
    tubes = pl.from_pandas(lab).group_by("order_id").agg(pl.col("collected_at", "received_at", "resulted_at").max())
    table = pl.from_pandas(orders).filter(pl.col("kind") == "laboratory").join(tubes, on="order_id", how="left")

    def minutes(first, last):
        return (pl.col(last) - pl.col(first)).dt.total_seconds() / 60

    return table.select(
        total=minutes("ordered_at", "resulted_at"),
        to_result=minutes("received_at", "resulted_at"),
        to_receive=minutes("collected_at", "received_at"),
        to_collect=minutes("ordered_at", "collected_at"),
        order_id="order_id",
    ).to_pandas()


# %% id="event_log"
def event_log(visits, orders, lab, imaging, prescriptions, stays, settlements):
    orders = pl.from_pandas(orders)
    visit_of = orders.select("order_id", "visit_id")
    tubes = pl.from_pandas(lab).group_by("order_id").agg(pl.col("collected_at", "received_at", "resulted_at").max())

    def long(table, *names):
        keys = [key for key in ("visit_id", "order_id") if key in table.columns]
        table = table.select(*keys, *(pl.col(f"{name}_at").alias(name) for name in names))
        return table.unpivot(names, index=keys, variable_name="activity", value_name="time")

    log = pl.concat(
        [
            long(pl.from_pandas(visits), *ACTIVITIES),
            long(orders, "ordered"),
            long(tubes.join(visit_of, on="order_id"), "collected", "received", "resulted"),
            long(pl.from_pandas(imaging).join(visit_of, on="order_id"), "performed", "reported"),
            long(pl.from_pandas(prescriptions), "prescribed").unique(),
            long(pl.from_pandas(stays), "admitted", "discharged"),
            long(pl.from_pandas(settlements), "settled"),
        ],
        how="diagonal_relaxed",
    )
    return log.drop_nulls("time").sort("visit_id", "time").to_pandas()


# %% id="broken_visits"
def broken_visits(log, visits):
    steps = pl.from_pandas(log).drop_nulls("order_id").pivot("activity", index=["visit_id", "order_id"], values="time")
    steps = steps.join(pl.from_pandas(visits).select("visit_id", "triage_level"), on="visit_id")
    late = (pl.col("collected") < pl.col("ordered")) & (pl.col("triage_level").fill_null(9) > 1)
    chain = (pl.col("received") < pl.col("collected")) | (pl.col("resulted") < pl.col("received"))
    early = pl.col("reported") < pl.col("performed")
    return steps.filter(late | chain | early)["visit_id"].to_list()


# %% id="waiting"
def waiting(visits):
    never = 10**9
    wait = (pl.col("seen_at") - pl.col("registered_at")).dt.total_seconds().fill_null(never)
    hours = (
        pl.from_pandas(visits)
        .group_by(hour=pl.col("registered_at").dt.hour())
        .agg(registered=pl.len(), unseen=pl.col("seen_at").is_null().sum(), half=wait.quantile(0.5, "lower"))
        .sort("hour")
    )
    return hours.with_columns(half_seen=pl.when(pl.col("half") < never).then(pl.col("half") / 60)).to_pandas()
