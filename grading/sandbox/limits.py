"""How much one submission may use; the defaults fit a notebook of a module."""

from dataclasses import asdict, dataclass

MIB = 1 << 20


@dataclass(frozen=True)
class Limits:
    """Times in seconds, sizes in bytes.

    memory_bytes: address space of one process; total_bytes: memory of all processes of a job together; cpu_s: per
    process; notebook_s: all cells together, wall clock; cell_s: one cell; ask_s: one question; asks_s: all of them;
    tmp_bytes: /tmp and /dev/shm, each; output_bytes, outputs: what is kept of the cells' output; reply_bytes: one
    answer; request_bytes: the files or arguments that go in.
    """

    memory_bytes: int = 4096 * MIB
    total_bytes: int = 2048 * MIB
    cpu_s: int = 90
    notebook_s: float = 60.0
    cell_s: float = 20.0
    ask_s: float = 5.0
    asks_s: float = 90.0
    processes: int = 64
    open_files: int = 256
    file_bytes: int = 32 * MIB
    tmp_bytes: int = 64 * MIB
    output_bytes: int = 8 * MIB
    outputs: int = 300
    reply_bytes: int = 32 * MIB
    request_bytes: int = 128 * MIB

    def as_dict(self) -> dict[str, float]:
        """Give the limits to the inside."""
        return asdict(self)
