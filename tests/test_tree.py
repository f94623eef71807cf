"""The shape of the project itself."""

import re
import subprocess
from pathlib import Path

import pytest

CODE = Path(__file__).parents[1]
TOP_LEVEL = {"courses", "datasets", "docs", "grading", "hub_config", "simulator", "tests", ".ci"}


def committed() -> list[Path]:
    """Files that belong to the project: those git knows, or all but the generated ones where there is no git."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=CODE, capture_output=True, text=True, check=False)
    if listed.returncode == 0:
        return [CODE / name for name in listed.stdout.split("\0") if name]
    return [file for folder in TOP_LEVEL for file in (CODE / folder).rglob("*") if "__pycache__" not in file.parts]


def test_the_top_level_is_what_the_design_says() -> None:
    folders = {file.relative_to(CODE).parts[0] for file in committed() if len(file.relative_to(CODE).parts) > 1}
    assert folders <= TOP_LEVEL


@pytest.mark.parametrize("folder", ["courses", "datasets", "tests"])
def test_content_and_tests_are_not_packages(folder: str) -> None:
    assert list((CODE / folder).rglob("__init__.py")) == []


def test_no_file_names_a_folder_of_somebody_s_machine() -> None:
    private = re.compile(rb"/root/\.|/home/(dev|user|ubuntu)/|/work/main|/tmp/uv|/Users/[a-z]")
    texts = [
        file for file in committed() if file.suffix in {".py", ".md", ".toml", ".yaml", ".sh", ".html", ".json", ""}
    ]
    found = [file for file in texts if file.is_file() and file != Path(__file__) and private.search(file.read_bytes())]
    assert found == []


def test_pages_for_people_exist_in_both_languages() -> None:
    english = [CODE / "README.md", CODE / "docs" / "authoring.md"]
    missing = [page for page in english if not page.with_suffix(".zh-CN.md").exists()]
    assert missing == []


@pytest.mark.parametrize(
    "page", sorted(CODE.glob("*.md")) + sorted((CODE / "docs").glob("*.md")), ids=lambda page: page.name
)
def test_links_in_the_pages_lead_somewhere(page: Path) -> None:
    targets = re.findall(r"\]\(([^)#:]+)\)", page.read_text())
    assert [target for target in targets if not (page.parent / target).exists()] == []


def test_jupyterhub_config_stays_a_door_not_a_room() -> None:
    assert len((CODE / "hub_config" / "jupyterhub_config.py").read_text().splitlines()) < 20
