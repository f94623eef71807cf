"""`course new`: a small, complete module to start from; it passes `course check` as it is."""

from pathlib import Path

from grading.course import CourseFile, courses_root, load_course
from grading.data import load_recipe
from grading.errors import FormatError, GradingError
from grading.files import write_atomically
from grading.yamlfile import read_model

TEMPLATE = Path(__file__).parent / "template"
_SUFFIX = ".in"
"""Template files end in .in, so that nothing takes them for code of this package."""


def new_module(what: str, dataset: str, root: Path | None = None) -> list[Path]:
    """Write the skeleton to courses/COURSE/MODULE and list it in course.yaml; gives the files written."""
    course_name, _, name = what.partition("/")
    if not name:
        raise GradingError(f"{what!r}: write COURSE/MODULE, such as his/waiting")
    load_recipe(dataset)
    course = load_course(course_name, root)
    folder = (root or courses_root()) / course_name / name
    if folder.exists():
        raise GradingError(f"{folder} exists already; choose another name")
    known = (course.folder / "course.yaml").read_text(encoding="utf-8")
    listed = _listed(course.folder / "course.yaml", known, course.modules, name)
    files = []
    for template in sorted(TEMPLATE.rglob(f"*{_SUFFIX}")):
        target = folder / template.relative_to(TEMPLATE).with_suffix("")
        text = template.read_text(encoding="utf-8")
        for word, value in (("MODULE", name), ("DATASET", dataset), ("CODE", course.competencies[0].code)):
            text = text.replace(f"{{{{{word}}}}}", value)
        write_atomically(target, text.encode())
        files.append(target)
    write_atomically(course.folder / "course.yaml", listed.encode())
    return files


def _listed(file: Path, text: str, modules: tuple[str, ...], name: str) -> str:
    """Add the module to the list in course.yaml, leaving everything else as its author wrote it."""
    line = f"modules: [{', '.join(modules)}]"
    if line not in text:
        raise FormatError(file, "modules", list(modules), f"write the list on one line: {line}")
    changed = text.replace(line, f"modules: [{', '.join([*modules, name])}]")
    read_model(file, CourseFile)  # still well-formed before anything is written
    return changed
