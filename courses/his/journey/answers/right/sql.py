# SQL with DuckDB: unions instead of concat, group by instead of agg; other dtypes and column orders come back.
# %% id="visit_events"
import duckdb


def visit_events(visits):
    return duckdb.sql(
        """
        select activity, time, visit_id from (
            select visit_id, 'registered' as activity, registered_at as time from visits
            union all select visit_id, 'triaged', triaged_at from visits
            union all select visit_id, 'seen', seen_at from visits
            union all select visit_id, 'left', left_at from visits
        ) where time is not null order by visit_id, time
        """
    ).df()


# %% id="lab_phases"
def lab_phases(orders, lab):
    return duckdb.sql(
        """
        with tube as (
            select order_id, any_value(collected_at) as c, any_value(received_at) as r, max(resulted_at) as d
            from lab group by order_id
        )
        select o.order_id,
            epoch(c - ordered_at) / 60 as to_collect,
            epoch(r - c) / 60 as to_receive,
            epoch(d - r) / 60 as to_result,
            epoch(d - ordered_at) / 60 as total
        from orders o left join tube using (order_id)
        where kind = 'laboratory'
        """
    ).df()


# %% id="event_log"
def event_log(visits, orders, lab, imaging, prescriptions, stays, settlements):
    return duckdb.sql(
        """
        with tube as (
            select visit_id, l.order_id, min(collected_at) as c, min(received_at) as r, max(resulted_at) as d
            from lab l join orders o on l.order_id = o.order_id group by all
        ), study as (
            select o.visit_id, i.* from imaging i join orders o on i.order_id = o.order_id
        ), log as (
            select visit_id, null as order_id, 'registered' as activity, registered_at as time from visits
            union all select visit_id, null, 'triaged', triaged_at from visits
            union all select visit_id, null, 'seen', seen_at from visits
            union all select visit_id, null, 'left', left_at from visits
            union all select visit_id, order_id, 'ordered', ordered_at from orders
            union all select visit_id, order_id, 'collected', c from tube
            union all select visit_id, order_id, 'received', r from tube
            union all select visit_id, order_id, 'resulted', d from tube
            union all select visit_id, order_id, 'performed', performed_at from study
            union all select visit_id, order_id, 'reported', reported_at from study
            union all (select distinct visit_id, null, 'prescribed', prescribed_at from prescriptions)
            union all select visit_id, null, 'admitted', admitted_at from stays
            union all select visit_id, null, 'discharged', discharged_at from stays
            union all select visit_id, null, 'settled', settled_at from settlements
        )
        select * from log where time is not null order by visit_id, time
        """
    ).df()


# %% id="broken_visits"
def broken_visits(log, visits):
    return duckdb.sql(
        """
        select distinct a.visit_id
        from log a join log b on a.visit_id = b.visit_id and a.order_id = b.order_id and b.time < a.time
        join visits v on v.visit_id = a.visit_id
        where (a.activity, b.activity) in (('collected', 'received'), ('received', 'resulted'), ('performed', 'reported'))
            or (a.activity = 'ordered' and b.activity = 'collected' and coalesce(triage_level, 0) <> 1)
        """
    ).df()["visit_id"]


# %% id="waiting"
def waiting(visits):
    return duckdb.sql(
        """
        select hour(registered_at) as hour, count(*) as registered, count(*) - count(seen_at) as unseen,
            quantile_disc(coalesce(epoch(seen_at - registered_at) / 60, 1e12), 0.5) as wait,
            case when wait < 1e12 then wait end as half_seen
        from visits group by 1 order by 1
        """
    ).df()
