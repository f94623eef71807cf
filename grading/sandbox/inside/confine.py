"""The inner ring: what a job may not do although bubblewrap already holds it (Linux system calls, by ctypes).

Each job gets a process, mount and IPC namespace of its own with fresh /proc, /tmp and /dev/shm, so it cannot name,
signal, slow down or leave anything to another job; then it loses every capability and gets a filter and limits.
"""

import ctypes
import os
import platform
import resource
import signal
import struct
from collections.abc import Iterable, Mapping
from pathlib import Path

CLONE_NEWNS, CLONE_NEWIPC, CLONE_NEWPID = 0x00020000, 0x08000000, 0x20000000
NEW_NAMESPACES = 0x7E020000
MS_NOSUID, MS_NODEV, MS_NOEXEC, MS_BIND, MS_REC = 2, 4, 8, 4096, 16384
PR_SET_PDEATHSIG, PR_SET_DUMPABLE, PR_SET_SECCOMP, PR_SET_NO_NEW_PRIVS, PR_CAP_AMBIENT = 1, 4, 22, 38, 47
PR_CAP_AMBIENT_CLEAR_ALL, SECCOMP_MODE_FILTER, CAPABILITY_VERSION_3 = 4, 2, 0x20080522

_libc = ctypes.CDLL(None, use_errno=True)


def _call(name: str, *arguments: object) -> None:
    if getattr(_libc, name)(*arguments) != 0:
        code = ctypes.get_errno()
        raise OSError(code, f"{name}: {os.strerror(code)}")


def leave_namespaces() -> None:
    """Put the next child into process, mount and IPC namespaces of its own; needs CAP_SYS_ADMIN."""
    _call("unshare", CLONE_NEWPID | CLONE_NEWNS | CLONE_NEWIPC)


def fresh_mounts(tmp_bytes: int, keep: Iterable[str]) -> None:
    """Cover /proc, /tmp and /dev/shm with empty ones that vanish with the namespace.

    keep: folders that stay visible although they may lie below /tmp (an environment made there).
    """
    places = ("/tmp", "/dev/shm")  # noqa: S108 - inside the sandbox, just created
    size = f"size={tmp_bytes},nr_inodes=20000,mode=1777".encode()
    below = [folder for folder in keep if folder.startswith(tuple(f"{place}/" for place in places))]
    opened = {folder: os.open(folder, os.O_PATH) for folder in below}
    for place in places:
        _call("mount", b"tmpfs", place.encode(), b"tmpfs", MS_NOSUID | MS_NODEV, size)
    for folder, number in opened.items():
        Path(folder).mkdir(parents=True)
        _call("mount", f"/proc/self/fd/{number}".encode(), folder.encode(), None, MS_BIND | MS_REC, None)
        os.close(number)
    _call("mount", b"proc", b"/proc", b"proc", MS_NOSUID | MS_NODEV | MS_NOEXEC, None)


def drop_capabilities() -> None:
    """Give up every capability for good (no_new_privs is already set by bubblewrap)."""
    _call("prctl", PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    _call("prctl", PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0)
    header = ctypes.create_string_buffer(struct.pack("Ii", CAPABILITY_VERSION_3, 0))
    _call("capset", header, ctypes.create_string_buffer(24))


def hide() -> None:
    """Close this process's memory, environment and descriptors to processes of the same user."""
    _call("prctl", PR_SET_DUMPABLE, 0, 0, 0, 0)


def show() -> None:
    """Open them again: a job may look at itself."""
    _call("prctl", PR_SET_DUMPABLE, 1, 0, 0, 0)


def die_with_parent() -> None:
    """Be killed when the parent ends."""
    _call("prctl", PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)


def limit(limits: Mapping[str, int]) -> None:
    """Set resource limits: memory_bytes, cpu_s, processes, file_bytes, open_files."""
    values = {
        resource.RLIMIT_AS: limits["memory_bytes"],
        resource.RLIMIT_CPU: limits["cpu_s"],
        resource.RLIMIT_NPROC: limits["processes"],
        resource.RLIMIT_FSIZE: limits["file_bytes"],
        resource.RLIMIT_NOFILE: limits["open_files"],
        resource.RLIMIT_CORE: 0,
        resource.RLIMIT_MSGQUEUE: 0,
        resource.RLIMIT_MEMLOCK: 0,
    }
    for kind, value in values.items():
        resource.setrlimit(kind, (value, value))


# --- the filter: classic BPF over struct seccomp_data (nr at 0, architecture at 4, arguments from 16)

_LOAD, _EQUAL, _ANY_BIT, _AT_LEAST, _RETURN = 0x20, 0x15, 0x45, 0x35, 0x06
_ALLOW, _REFUSE, _ABSENT = 0x7FFF0000, 0x00050001, 0x00050026
"""SECCOMP_RET_ALLOW; SECCOMP_RET_ERRNO with EPERM; with ENOSYS (glibc then uses clone instead of clone3)."""

# ptrace process_vm_readv process_vm_writev kcmp pidfd_getfd · mount family · namespaces · keys · bpf perf userfaultfd
# io_uring · modules kexec · handles · quota swap reboot acct; numbers from the kernel's unistd tables
_X86_64 = (
    101, 310, 311, 312, 438, 165, 166, 155, 161, 428, 429, 430, 431, 432, 433, 442, 272, 308, 248, 249, 250,
    321, 298, 323, 425, 426, 427, 175, 313, 176, 246, 320, 303, 304, 179, 167, 168, 169, 163,
)  # fmt: skip
_AARCH64 = (
    117, 270, 271, 272, 438, 40, 39, 41, 51, 428, 429, 430, 431, 432, 433, 442, 97, 268, 217, 218, 219,
    280, 241, 282, 425, 426, 427, 105, 273, 106, 104, 294, 264, 265, 60, 224, 225, 142, 89,
)  # fmt: skip
_MACHINES = {  # machine: (AUDIT_ARCH, refused, clone, clone3, socket)
    "x86_64": (0xC000003E, _X86_64, 56, 435, 41),
    "aarch64": (0xC00000B7, _AARCH64, 220, 435, 198),
}
_SOCKETS = (1, 2, 10)
"""AF_UNIX, AF_INET, AF_INET6; the others (vsock, netlink, packet, alg) reach past a network namespace."""


def _op(code: int, k: int, yes: int = 0, no: int = 0) -> bytes:
    return struct.pack("HBBI", code, yes, no, k)


def _program(machine: str) -> bytes:
    audit, refused, clone, clone3, sock = _MACHINES[machine]
    refuse, allow = _op(_RETURN, _REFUSE), _op(_RETURN, _ALLOW)
    parts = [_op(_LOAD, 4), _op(_EQUAL, audit, 1, 0), refuse, _op(_LOAD, 0)]
    parts += [_op(_AT_LEAST, 0x40000000, 0, 1), refuse]  # the x32 calls of x86-64 would pass under other numbers
    for number in refused:
        parts += [_op(_EQUAL, number, 0, 1), refuse]
    parts += [_op(_EQUAL, clone3, 0, 1), _op(_RETURN, _ABSENT)]
    parts += [_op(_EQUAL, clone, 0, 4), _op(_LOAD, 16), _op(_ANY_BIT, NEW_NAMESPACES, 0, 1), refuse, allow]
    parts += [_op(_EQUAL, sock, 0, 2 + len(_SOCKETS)), _op(_LOAD, 16)]
    parts += [_op(_EQUAL, family, len(_SOCKETS) - i, 0) for i, family in enumerate(_SOCKETS)]
    return b"".join([*parts, refuse, allow])


def filter_calls() -> bool:
    """Refuse system calls no notebook needs; False where this machine's call numbers are not known."""
    if platform.machine() not in _MACHINES:
        return False
    program = _program(platform.machine())
    code = ctypes.create_string_buffer(program, len(program))
    packed = struct.pack("HxxxxxxP", len(program) // 8, ctypes.addressof(code))
    _call("prctl", PR_SET_SECCOMP, SECCOMP_MODE_FILTER, ctypes.create_string_buffer(packed, len(packed)), 0, 0)
    return True
