# Subqueries instead of joins, columns in another order, a semicolon at the end.
# %% id="candidates"
def candidates():
    return """
    select admitted_at, patient_id, encounter_id
    from encounters
    where kind = 'inpatient'
      and encounter_id in (
          select encounter_id from diagnoses where starts_with(code, 'I50') or code in ('I11.0')
      )
      and exists (
          select 1 from patients
          where patients.patient_id = encounters.patient_id
            and date_sub('year', birth_date, admitted_at) >= 18
      )
    order by admitted_at desc;
    """


# %% id="index_stays"
def index_stays():
    return """
    select c.encounter_id, c.admitted_at as INDEX_AT, c.patient_id
    from candidates c
    where c.admitted_at = (
        select min(d.admitted_at) from candidates d
        where d.patient_id = c.patient_id
          and d.admitted_at >= (select window_start from study)
          and d.admitted_at < (select window_end from study)
    );
    """


# %% id="confirmed"
def confirmed():
    return """
    select patient_id, peak
    from (
        select i.patient_id,
               (select max(l.value) from lab_results l
                where l.patient_id = i.patient_id and l.test = 'nt_probnp'
                  and l.collected_utc >= i.index_at - interval 32 hour
                  and l.collected_utc < i.index_at + interval 40 hour) as peak
        from index_stays i
    )
    where peak >= (select nt_probnp from study);
    """


# %% id="no_prior"
def no_prior():
    return """
    select patient_id from index_stays i
    where not exists (
        select 1 from diagnoses d
        where d.patient_id = i.patient_id and (d.code like 'I50%' or d.code = 'I11.0')
          and d.diagnosed_at < i.index_at - interval 24 hour
          and d.diagnosed_at >= i.index_at - (select lookback_days from study) * interval 1 day
    )
    and not exists (
        select 1 from drug_orders o
        where o.patient_id = i.patient_id and o.drug = 'furosemide'
          and o.ordered_at < i.index_at - interval 24 hour
          and o.ordered_at >= i.index_at - (select lookback_days from study) * interval 1 day
    );
    """


# %% id="attrition"
def attrition():
    return """
    with s1 as (select patient_id, encounter_id from index_stays),
    s2 as (select * from s1 where patient_id in (select patient_id from confirmed)),
    s3 as (select * from s2 where patient_id in (select patient_id from no_prior)),
    s4 as (
        select * from s3
        where encounter_id in (select encounter_id from encounters where ended_at is not null and outcome <> 'died')
    ),
    n as (
        select (select count(*) from s1) n1, (select count(*) from s2) n2,
               (select count(*) from s3) n3, (select count(*) from s4) n4
    )
    select n4 as remaining, n3 - n4 as excluded, 4 as step from n
    union all select n3, n2 - n3, 3 from n
    union all select n2, n1 - n2, 2 from n
    union all select n1, 0, 1 from n;
    """


# %% id="outcomes"
def outcomes():
    return """
    with base as (
        select i.patient_id, e.ended_at as t0,
               (select data_end from study) as stop,
               (select died_at from patients p where p.patient_id = i.patient_id) as death,
               (select min(f.admitted_at) from encounters f
                where f.patient_id = i.patient_id and f.kind = 'inpatient' and f.admitted_at > e.ended_at) as back
        from index_stays i join encounters e using (encounter_id)
        where e.outcome in ('home', 'against_advice', 'transferred')
    ),
    timed as (
        select patient_id,
               epoch(back - t0) / 86400 as b, epoch(death - t0) / 86400 as d, epoch(stop - t0) / 86400 as c
        from base
    )
    select patient_id,
           least(b, d, c, 30.0) as days,
           case when b < 30 and b <= coalesce(d, 31) then 'readmitted'
                when d < 30 then 'died'
                when c < 30 then 'censored'
                else 'complete' end as status
    from timed;
    """
