"""Who pays what: the insurance's share, the teaching groups, the clearing of budgets."""

from typing import Any

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator import World, load_scenario, simulate
from simulator.care.cases import stay_numbers
from simulator.care.frontpage import reportable
from simulator.knowledge import load_knowledge
from simulator.knowledge.codes import CodeRanges, code_key, paint
from simulator.payment.clearing import BILL, PAGE, clear, share_out
from simulator.payment.dip import group_dip
from simulator.payment.drg import group_drg
from simulator.payment.insurance import Bills, own_share, settle, terms_table

KNOWLEDGE = load_knowledge()
OPERATIVE = reportable(KNOWLEDGE).operative


def group(main: str | None, others: tuple[str, ...] = (), done: tuple[str, ...] = (), sex: str = "male") -> str:
    """The group of one page."""
    pages = pl.DataFrame({"encounter_id": [1], "sex": [sex], "main_code": [main]}, schema_overrides={"main_code": str})
    one = [1] * len(others), [1] * len(done)
    diagnoses = pl.DataFrame({"encounter_id": one[0], "code": others}, schema={"encounter_id": int, "code": str})
    operations = pl.DataFrame({"encounter_id": one[1], "code": done}, schema={"encounter_id": int, "code": str})
    found = group_drg(pages, diagnoses, operations, KNOWLEDGE.payment, OPERATIVE)
    return str(found["drg_code"].item())


@pytest.mark.parametrize(
    ("page", "code"),
    [
        ({"main": "I21.9"}, "FM15"),
        ({"main": "I21.9", "others": ("N18.9", "I10")}, "FM13"),
        ({"main": "I21.9", "others": ("N18.9", "J96.0")}, "FM11"),
        ({"main": "I21.9", "done": ("36.07",)}, "FP15"),
        ({"main": "J96.0", "others": ("J44.9",)}, "EM13"),
        ({"main": "J44.9", "others": ("J96.0",)}, "EM41"),
        ({"main": "H25.9", "done": ("13.41", "13.71")}, "CS19"),
        ({"main": "H25.9", "done": ("13.41",)}, "CS39"),
        ({"main": "G61.0", "done": ("31.1", "96.71")}, "AS49"),
        ({"main": "I50.9", "done": ("31.1", "96.71")}, "AS49"),
        ({"main": "I50.9", "done": ("96.71",)}, "FM25"),
    ],
)
def test_a_page_leads_to_its_group(page: dict[str, Any], code: str) -> None:
    assert group(**page) == code


def test_a_complication_of_the_main_diagnosis_itself_does_not_count() -> None:
    assert group("E11.2", ("E11.1",)) == "KM15"
    assert group("K35.8", ("E11.1",)) == "GM63"
    assert group("I50.9", ("I48.9",)) == "FM23"
    assert group("I47.1", ("I48.9",)) == "FM45"


def test_an_operation_of_another_category_makes_a_mismatch() -> None:
    assert group("J18.9", done=("13.41",)) == "EQY"
    assert group("J18.9", done=("99.25",)) == "EM55", "chemotherapy is no operation"


def test_what_leads_nowhere_is_ungrouped() -> None:
    assert {group(None), group("V01.1"), group("nonsense"), group("N40", sex="female"), group("O80.9")} == {"0000"}
    assert group("O80.9", sex="female") == "OM15"


def test_every_disease_has_a_group_by_both_methods() -> None:
    diseases = list(KNOWLEDGE.diseases.values())
    male = [disease.only != "female" for disease in diseases]
    pages = pl.DataFrame(
        {
            "encounter_id": range(len(diseases)),
            "sex": ["male" if one else "female" for one in male],
            "main_code": [disease.icd10 for disease in diseases],
            "operation_code": [None] * len(diseases),
        },
        schema_overrides={"operation_code": pl.String},
    )
    nothing = pl.DataFrame(schema={"encounter_id": pl.Int64, "code": pl.String})
    drg = group_drg(pages, nothing, nothing, KNOWLEDGE.payment, OPERATIVE)
    wrong = [
        d.id
        for d, weight in zip(diseases, drg["drg_weight"], strict=True)
        if weight is None and d.icd10 < "U"
    ]  # fmt: skip
    assert wrong == []
    assert group_dip(pages, KNOWLEDGE.payment, OPERATIVE)["dip_score"].null_count() == 0


def test_graver_levels_weigh_no_less() -> None:
    weights = KNOWLEDGE.payment.weights
    for adrg in KNOWLEDGE.payment.adrgs:
        falling = [weights[f"{adrg.id}{level}"].weight for level in adrg.levels]
        assert falling == sorted(falling, reverse=True), adrg.id


def test_dip_falls_back_from_a_pair_to_its_block() -> None:
    pages = pl.DataFrame(
        {
            "encounter_id": [1, 2, 3],
            "main_code": ["I21.9", "I21.9", "V01.1"],
            "operation_code": ["36.07", "13.41", None],
        }
    )
    found = group_dip(pages, KNOWLEDGE.payment, OPERATIVE)
    assert found["dip_code"].to_list() == ["I21.9+36.07", "I00-I99 operation", "0000"]
    assert found["dip_score"].is_null().to_list() == [False, False, True]


def test_the_narrowest_range_wins() -> None:
    found = paint([CodeRanges.parse("C00-D48"), CodeRanges.parse("C34 D10.1"), CodeRanges.parse("C30-C39")])
    assert [int(found[code_key(code)]) for code in ("C50.9", "C34.1", "C33", "D10.1", "D10.2")] == [0, 1, 2, 1, 0]


@pytest.mark.parametrize("text", ["I2", "I20-", "I25-I20", "i20", "I20,I21"])
def test_a_range_that_is_none_is_named(text: str) -> None:
    with pytest.raises(ValueError, match="must be a code such as"):
        CodeRanges.parse(text)


AMOUNTS = st.lists(st.tuples(*[st.integers(0, 9_000_000)] * 3), min_size=1, max_size=20)


@given(AMOUNTS, st.integers(0, 2**32))
def test_every_fen_is_paid_by_somebody(amounts: list[tuple[int, int, int]], seed: int) -> None:
    a, b, c = np.array(amounts).T
    rng = np.random.default_rng(seed)
    n = len(a)
    bills = Bills(a, b, c, own_share(b, np.full(n, 0.1)))
    insurance, balance = rng.integers(0, 3, n), rng.integers(0, 200_000, n)
    paid = settle(bills, insurance, rng.random(n) < 0.5, balance, terms_table(KNOWLEDGE.payment, "secondary"))
    assert (paid.fund + paid.account + paid.cash == bills.total).all()
    assert min(one.min() for one in (paid.fund, paid.account, paid.cash, paid.beyond, paid.deductible)) >= 0
    assert (paid.fund[insurance == 2] == 0).all()
    assert (paid.account[insurance != 0] == 0).all()
    assert (paid.cash >= bills.class_c).all()


def test_a_bill_worked_by_hand() -> None:
    """10,000 of A, 2,000 of B with 10 % own, 500 of C; a resident in a county hospital: 400 deductible, 76 %."""
    bills = Bills(*(np.array([fen]) for fen in (1_000_000, 200_000, 50_000, 20_000)))
    terms = terms_table(KNOWLEDGE.payment, "secondary")
    assert terms[1, 1].tolist() == [40_000, 0.76, 20_000_000]
    paid = settle(bills, np.array([1]), np.array([True]), np.array([0]), terms)
    assert paid.fund.tolist() == [round((1_000_000 + 180_000 - 40_000) * 0.76)]
    assert paid.cash.tolist() == [1_250_000 - paid.fund.item()]


@given(st.lists(st.integers(1, 10**9), min_size=1, max_size=4), st.data())
def test_a_budget_is_shared_out_to_the_last_fen(amounts: list[int], data: st.DataObject) -> None:
    pools = len(amounts)
    more = data.draw(st.lists(st.integers(0, pools - 1), max_size=30))
    pool = np.array([*range(pools), *more])
    points = np.array(data.draw(st.lists(st.floats(0.1, 9), min_size=len(pool), max_size=len(pool))))
    paid = share_out(np.array(amounts), points, pool)
    assert np.bincount(pool, paid).astype(int).tolist() == amounts
    assert (np.abs(paid - points * (np.array(amounts) / np.bincount(pool, points))[pool]) < 1).all()


def test_outliers_are_paid_beyond_and_below_the_standard() -> None:
    cleared = _cleared([10_000, 10_000, 10_000, 10_000, 60_000, 1_000], [1.0] * 6)
    kinds = cleared["drg_settlement"]["outlier"].to_list()
    assert kinds == ["normal"] * 4 + ["high", "low"]
    points = cleared["drg_settlement"]["points"].to_list()
    mean = 101_000 / 6
    assert points[4] == pytest.approx(1 + 60_000 / mean - 3, abs=1e-5)
    assert points[5] == pytest.approx(1_000 / mean, abs=1e-5)
    assert cleared["drg_settlement"]["payment"].sum() == pytest.approx(cleared["budget"]["amount"][0])


def test_ungrouped_cases_count_with_part_of_their_cost() -> None:
    cleared = _cleared([10_000, 10_000, 10_000], [1.0, 1.0, None])
    assert cleared["drg_settlement"]["outlier"].to_list() == ["normal", "normal", "ungrouped"]
    assert cleared["drg_settlement"]["points"].to_list() == pytest.approx([1, 1, 0.8])


def _cleared(costs: list[int], weights: list[float | None]) -> dict[str, pl.DataFrame]:
    scenario = load_scenario("county", days=28)
    n = len(costs)
    ids = [30 * 10**12 + 10**9 + k for k in range(n)]
    pages = pl.DataFrame(
        {
            **dict.fromkeys(PAGE, ids),
            "discharged_at": [scenario.start] * n,
            "total": [float(cost) for cost in costs],
            "drg_code": ["FM15"] * n,
            "drg_weight": weights,
            "dip_code": ["I21.9"] * n,
            "dip_score": [None if one is None else one * 1000 for one in weights],
        }
    ).with_columns(pl.col("discharged_at").cast(pl.Datetime("us", "UTC")))
    bills = pl.DataFrame(dict(zip(BILL, (ids, ["resident"] * n, [100.0] * n), strict=True)))
    return clear(scenario, KNOWLEDGE.payment, pages, bills)


def test_a_world_without_inpatients_has_empty_tables() -> None:
    scenario = load_scenario("clinic", days=1, warmup_days=0, scale=0.1)
    world = simulate(scenario, seed=1)
    assert world["front_page"].is_empty()
    assert world["drg_settlement"].is_empty()
    assert world["budget"].is_empty()


def test_complications_make_a_stay_dearer() -> None:
    """Of a whole hospital: one dear implant decides the mean of a handful of stays."""
    county = simulate(load_scenario("county", days=14), seed=7)
    pages = county["front_page"].with_columns(level=pl.col("drg_code").cast(pl.String).str.tail(1))
    assert pages.filter(pl.col("level") == "3").height > 30
    means = dict(pages.group_by("level").agg(pl.col("total").mean()).iter_rows())
    assert means["3"] > means["5"]


def test_most_stays_are_grouped_and_some_have_complications(small_county: World) -> None:
    pages = small_county["front_page"].with_columns(code=pl.col("drg_code").cast(pl.String))
    assert pages["drg_weight"].is_not_null().mean() > 0.97
    assert 0.1 < pages["code"].str.ends_with("3").mean() < 0.5


def test_what_arose_in_hospital_is_marked_so(small_county: World) -> None:
    conditions = set(small_county["front_page_diagnosis"]["condition"].to_list())
    assert {"1", "4"} <= conditions
    main = small_county["front_page_diagnosis"].filter(pl.col("rank") == 1)
    assert not (main["condition"] == "4").any()


def test_stays_are_numbered_by_admission_and_who_got_no_bed_has_no_number() -> None:
    patient_id = np.array([7, 7, 7, 8, 7])
    admitted = np.array([300, -1, 100, 50, 200])  # the first was registered first and admitted last
    assert stay_numbers(admitted, patient_id).tolist() == [3, 0, 1, 1, 2]
