"""Archives: what goes in comes out, and nothing that anybody sends makes the reader fall over."""

import tarfile
from pathlib import Path

import pytest
from exchange_rig import notebook, tar_of
from hypothesis import given
from hypothesis import strategies as st

from grading.exchange.archive import HostileArchive, contents, pack, save, unpack
from grading.exchange.notebooks import problem
from grading.exchange.settings import Limits

LIMITS = Limits()
NAMES = st.from_regex(r"[a-z]{1,8}(/[a-z\u4e00-\u4e10]{1,8}){0,2}\.csv", fullmatch=True)


@given(files=st.dictionaries(NAMES, st.binary(max_size=2000), max_size=5))
def test_what_is_packed_comes_out_again_and_always_as_the_same_bytes(files: dict[str, bytes]) -> None:
    assert contents(pack(files)) == files
    assert pack(dict(reversed(files.items()))) == pack(files)


@given(body=st.binary(max_size=4000))
def test_arbitrary_bytes_are_refused_and_never_an_accident(body: bytes) -> None:
    with pytest.raises(HostileArchive):
        unpack(body, {"los.ipynb"}, LIMITS)


@given(place=st.integers(0, 511), value=st.integers(0, 255))
def test_a_header_with_one_wrong_byte_gives_the_file_or_a_refusal(place: int, value: int) -> None:
    body = bytearray(tar_of({"los.ipynb": notebook()}))
    body[place] = value
    try:
        found = unpack(bytes(body), {"los.ipynb"}, LIMITS)
    except HostileArchive:
        return
    assert set(found.files) | set(found.oversize) <= {"los.ipynb"}


@given(content=st.binary(max_size=500) | st.text(max_size=500).map(str.encode) | st.just(notebook()))
def test_any_content_is_a_notebook_or_gets_a_reason_in_both_languages(content: bytes) -> None:
    reason = problem(unpack(tar_of({"los.ipynb": content}), {"los.ipynb"}, LIMITS), {"los.ipynb"}, LIMITS)
    assert reason is None if content == notebook() else set(reason or {}) == {"zh", "en"}


def test_a_client_never_writes_outside_the_folder(tmp_path: Path) -> None:
    for name in ("../evil", "/tmp/evil", "a/../../evil"):  # noqa: S108 (a name in an archive)
        with pytest.raises(HostileArchive):
            save(contents(tar_of({name: b"x"})), tmp_path / "home")
    assert list(tmp_path.iterdir()) == []


def test_saving_keeps_what_is_there(tmp_path: Path) -> None:
    (tmp_path / "los.ipynb").write_bytes(b"work")
    save({"los.ipynb": b"new", "data/stays.csv": b"1"}, tmp_path)
    assert ((tmp_path / "los.ipynb").read_bytes(), (tmp_path / "data/stays.csv").read_bytes()) == (b"work", b"1")


def test_a_truncated_archive_is_refused() -> None:
    body = tar_of({"los.ipynb": notebook() * 10})
    with pytest.raises(HostileArchive):
        unpack(body[: tarfile.BLOCKSIZE + 100], {"los.ipynb"}, LIMITS)
