"""Settlement lists: what they hold agrees with the bill, and what is wrong with a damaged one is said."""

import datetime as dt
import json
import math
from pathlib import Path

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from simulator import World
from simulator.errors import ReadError
from simulator.formats import FORMATS
from simulator.formats.folder import fill
from simulator.formats.format import Period
from simulator.formats.rejects import Rejects
from simulator.formats.settlement_list.content import rows
from simulator.formats.settlement_list.reading import FEN, ListError, read_list

LISTS = FORMATS["settlement-list"]


@pytest.fixture(scope="session")
def folder(small_county: World, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("lists") / "lists"
    assert fill(small_county, LISTS, out, Period(), lambda _: None) == len(small_county["front_page"])
    return out


@pytest.fixture(scope="session")
def lines(folder: Path) -> list[str]:
    return [line for path in sorted(folder.glob("*.jsonl")) for line in path.read_text("utf-8").splitlines()]


def test_what_is_written_is_read_back(small_county: World, folder: Path) -> None:
    back = dict(LISTS.read(folder, Rejects()))
    assert len(back.pop("fee")) > 0
    for name in ("front_page_diagnosis", "front_page_operation"):
        assert_frame_equal(back[name].select(small_county[name].columns), small_county[name].sort(f"{name}_id"))
    for name, frame in back.items():
        key = f"{name}_id"
        same = small_county[name].select(frame.columns).join(frame.select(key), on=key, how="semi").sort(key)
        assert_frame_equal(frame, same, check_exact=name != "settlement")
    assert len(back["front_page"]) == len(small_county["front_page"])


def test_fees_by_class_add_up_to_the_bill(small_county: World, lines: list[str]) -> None:
    bills = {row["encounter_id"]: row for row in small_county["settlement"].to_dicts()}
    for line in lines:
        told = json.loads(line)
        bill = bills[int(told["setlinfo"]["mdtrt_id"])]
        for name, column in (("amt", "total"), ("claa_sumfee", "class_a"), ("clab_amt", "class_b"),
                             ("fulamt_ownpay_amt", "class_c")):  # fmt: skip
            assert math.isclose(sum(row[name] for row in told["iteminfo"]), bill[column], abs_tol=FEN)
        about = told["setlinfo"]
        paid = sum(row["fund_payamt"] for row in told["payinfo"])
        assert math.isclose(paid + about["acct_pay"] + about["psn_cashpay"], bill["total"], abs_tol=FEN)
        assert math.isclose(about["psn_selfpay"] + about["psn_ownpay"], bill["patient_paid"], abs_tol=FEN)
        assert len(told["diseinfo"]) == about["diag_code_cnt"]
        assert len(told["oprninfo"]) == about["oprn_oprt_code_cnt"]
        assert [row["diag_type"] for row in told["diseinfo"]].count("1") == 1


def test_the_tables_beside_the_lists_say_the_same(folder: Path, lines: list[str]) -> None:
    fees = pl.read_csv(folder / "fees.csv", schema_overrides={"med_chrgitm": pl.String})
    assert len(fees) == sum(len(json.loads(line)["iteminfo"]) for line in lines)
    total = sum(json.loads(line)["setlinfo"]["medfee_sumamt"] for line in lines)
    assert math.isclose(fees["amt"].sum(), total, rel_tol=1e-12)
    assert math.isclose(
        fees["amt"].sum(), fees.select("claa_sumfee", "clab_amt", "fulamt_ownpay_amt").sum().sum_horizontal()[0]
    )


def test_time_in_intensive_care_is_that_of_the_front_page(small_county: World, lines: list[str]) -> None:
    hours = dict(small_county["front_page"].select("encounter_id", "intensive_h").iter_rows())
    for line in lines:
        told = json.loads(line)
        mine = sum(row["scs_cutd_sum_dura"] for row in told["icuinfo"])
        assert math.isclose(mine, hours[int(told["setlinfo"]["mdtrt_id"])], abs_tol=0.02)


def test_every_name_says_how_sure_it_is() -> None:
    for name in ("fields", "codes", "fee_classes"):
        assert {row["sure"] for row in rows(name)} <= {"memory/high", "memory/medium", "memory/low", "own"}


def test_a_period_in_which_nothing_happened_gives_nothing(small_county: World, tmp_path: Path) -> None:
    never = Period(end=dt.datetime(1999, 1, 1, tzinfo=dt.UTC))
    assert LISTS.write(small_county, tmp_path, never, lambda _: None) == 0
    assert all(frame.is_empty() for frame in LISTS.read(tmp_path, Rejects()).values())


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('"gend":"', '"gend":"9', r"1\.jsonl: line 1, setlinfo\.gend: '9\d' should be one of 1, 2"),
        ('"adm_time":"', '"adm_time":"x', r"setlinfo\.adm_time: .* should be a time like 2025-03-01 09:30:00"),
        ('"age":', '"old":', r"setlinfo\.age: is missing"),
        ('"amt":', '"amt":1', r"does not agree with the sum"),
        ('"psn_cashpay":', '"psn_cashpay":1', r"setlinfo\.hifp_pay: .* does not agree"),
        ('"diseinfo":[', '"diseinfo":[7,', r"diseinfo: should be a list of objects"),
        ('"diseinfo":', '"dis":', r"diseinfo: should be a list of objects"),
        ('"rank"', '"rank"', None),
        ('"sn":1', '"sn":99999', r"diseinfo\[0\]\.sn: '99999' should be a number"),
        ('"amt":', '"amt":NaN,"b":', r"list: is no JSON \(NaN is no number\)"),
        ('"setl_id":"', '"setl_id":"-', r"setlinfo\.setl_id: .* should be a number in quotes"),
        ('{"setlinfo"', "[" * 100_000, r"list: is no JSON"),
        ('{"setlinfo"', "7", r"line 1, list: is no JSON"),
    ],
)
def test_a_wrong_list_is_named_by_file_line_and_element(
    lines: list[str], tmp_path: Path, old: str, new: str, told: str | None
) -> None:
    (tmp_path / "1.jsonl").write_text("\n".join([lines[0].replace(old, new, 1), *lines[1:]]), encoding="utf-8")
    if told is None:
        assert len(LISTS.read(tmp_path, Rejects())["settlement"]) == len(lines)
        return
    with pytest.raises(ReadError, match=told):
        LISTS.read(tmp_path, Rejects())
    rejects = Rejects(keep=True)
    assert len(LISTS.read(tmp_path, rejects)["settlement"]) == len(lines) - 1
    assert len(rejects.found) == 1


@pytest.mark.parametrize("content", [b"\xff\xfe\n", b"x" * (2**20 + 10), b"", b"null\n", b"{}\n"])
def test_a_file_that_holds_no_lists_gives_no_rows(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "1.jsonl").write_bytes(content)
    rejects = Rejects(keep=True)
    assert all(frame.is_empty() for frame in LISTS.read(tmp_path, rejects).values())
    assert len(rejects.found) == bool(content)


@given(data=st.data())
@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_mutated_list_is_read_or_refused_and_nothing_else(lines: list[str], data: st.DataObject) -> None:
    text = lines[data.draw(st.integers(0, len(lines) - 1))]
    for _ in range(data.draw(st.integers(1, 5))):
        place = data.draw(st.integers(0, len(text)))
        piece = data.draw(
            st.sampled_from(["", "null", "[", "{}", '"', "1e999", "9" * 5000, "\\ud800", "-1", "true", ":"])
        )
        text = text[:place] + piece + text[place + data.draw(st.integers(0, 20)) :]
    try:
        told = read_list(text)
    except ListError:
        return
    assert told["settlement"]
