"""How much memory a user's room takes, and what happens where it is too much.

The kernel bounds each process (RLIMIT_DATA); control groups, which could bound all of them together, are not ours to
use without root everywhere, so the hub adds them up and ends the largest.
"""

from pathlib import Path

import psutil

KIB = 1024
ALONE = ("RssAnon:", "RssShmem:", "VmSwap:")
SHARED_OUT = ("Pss_Anon:", "Pss_Shmem:", "SwapPss:")
SERVER = "jupyterhub.singleuser"


def _sum(file: Path, fields: tuple[str, ...]) -> int:
    """The sum of some lines of a file in /proc, bytes; 0 once the process has ended."""
    try:
        return sum(int(line.split()[1]) * KIB for line in file.read_text().splitlines() if line.startswith(fields))
    except OSError:
        return 0


def upper_bound(pid: int) -> int:
    """Memory a process has, bytes, pages it shares with its forks counted in full; cheap."""
    return _sum(Path(f"/proc/{pid}/status"), ALONE)


def fair_share(pid: int) -> int:
    """Memory a process has, bytes, shared pages divided among those who share them; walks its page tables."""
    return _sum(Path(f"/proc/{pid}/smaps_rollup"), SHARED_OUT)


def end_largest(room: int, limit: int) -> int | None:
    """If the processes below process `room` take more than `limit` bytes together, kill the largest; its number.

    The user's server itself goes last: losing a kernel costs a learner less.
    """
    try:
        below = psutil.Process(room).children(recursive=True)
        if sum(upper_bound(process.pid) for process in below) <= limit:
            return None
        sizes = {process: fair_share(process.pid) for process in below}
        if sum(sizes.values()) <= limit:
            return None
        kernels = [process for process in below if SERVER not in process.cmdline()]
        largest = max(kernels or below, key=lambda process: sizes[process])
        largest.kill()
    except psutil.Error:
        return None
    return int(largest.pid)
