"""One sandbox with tight limits for all attacks: they are inert and bounded, but should also be quick."""

from collections.abc import Callable, Iterator

import pytest

from grading.sandbox import Limits, Sandbox, Session

MIB = 1 << 20
LIMITS = Limits(
    memory_bytes=3072 * MIB,
    total_bytes=700 * MIB,
    cpu_s=20,
    notebook_s=8.0,
    cell_s=3.0,
    ask_s=1.0,
    asks_s=10.0,
    processes=40,
    output_bytes=MIB // 4,
    outputs=50,
    reply_bytes=4 * MIB,
)


@pytest.fixture(scope="session")
def box() -> Iterator[Sandbox]:
    with Sandbox(LIMITS) as sandbox:
        yield sandbox


@pytest.fixture
def printed(box: Sandbox) -> Callable[[str], str]:
    """Run one cell and give what it printed, errors included."""

    def run(source: str) -> str:
        with box.run([source]) as session:
            return text_of(session)

    return run


def text_of(session: Session) -> str:
    outputs = [output for cell in session.cells for output in cell.outputs]
    return "".join(output.get("text") or f"{output.get('ename')}: {output.get('evalue')}" for output in outputs)
