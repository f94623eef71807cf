import csv
import io

from hypothesis import given
from hypothesis import strategies as st

from hub_config.portal.spreadsheet import FORMULA_STARTS, harmless, marks_csv
from hub_config.portal.views import Marks, MatrixRow, ModuleView, Status

HEADS = ("Username", "Learner", "attempts", "Total")
NAMES = st.one_of(
    st.text(max_size=20), st.sampled_from(["=1+1", "@SUM(A1)", "＝cmd", " =x", "\t=x", "-2", "|calc", "+a\r\n=b"])
)


def table(name: str) -> list[list[str]]:
    """What a spreadsheet reads from the file for one learner of this name."""
    module = ModuleView("los", "1", "Stays", 60, "", (), Status.NEW, Marks(None, 12))
    content = marks_csv([module], [MatrixRow("wang_li", name, (Marks(8, 12),), (2,))], HEADS)
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))


@given(NAMES)
def test_no_cell_begins_as_a_formula_whatever_somebody_is_called(name: str) -> None:
    for cell in [cell for row in table(name) for cell in row]:
        assert not cell.strip(" \u3000\u00a0\ufeff").startswith(FORMULA_STARTS)


@given(st.text(alphabet="王丽abc ,\"';", min_size=1, max_size=12))
def test_a_harmless_name_arrives_as_it_is(name: str) -> None:
    assert table(name)[1] == ["wang_li", name, "8", "2", "8"]


def test_the_file_says_utf_8_to_excel() -> None:
    assert marks_csv([], [], HEADS).startswith(b"\xef\xbb\xbf")


def test_a_formula_is_kept_readable_behind_a_quote() -> None:
    assert harmless("=HYPERLINK(1)") == "'=HYPERLINK(1)"
