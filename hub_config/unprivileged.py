"""Leave root behind: a platform started by root goes on as an ordinary user.

Programs of learners must never run with root's rights, so `up`, `test` and all marking change to another identity
first. Where the code or its Python lies below a folder that only root may enter (a clone in root's home), a private
mount namespace opens a path to just those folders; nothing changes for the rest of the machine.
"""

import ctypes
import os
import pwd
import sys
from pathlib import Path

from hub_config.errors import HubError
from hub_config.settings import CODE

FALLBACK_ID = 61177
"""Used when no better identity is known; above the ranges that Debian gives to people and to system services."""

CLONE_NEWNS, MS_BIND, MS_REC, MS_PRIVATE, MNT_DETACH = 0x20000, 0x1000, 0x4000, 0x40000, 2
OTHERS_MAY_ENTER = 0o001


def identity(code: Path, state: Path) -> tuple[int, int]:
    """The user and group to become: the owner of state or code, else the user `xinglin`, else a fixed free number."""
    for folder in (state, code):
        if folder.exists() and (owner := folder.stat()).st_uid:
            return owner.st_uid, owner.st_gid
    try:
        account = pwd.getpwnam("xinglin")
    except KeyError:
        return FALLBACK_ID, FALLBACK_ID
    return account.pw_uid, account.pw_gid


def closed_ancestors(folders: list[Path], uid: int) -> list[Path]:
    """The highest folders above `folders` that user `uid` may not enter."""
    closed: list[Path] = []
    for folder in folders:
        for ancestor in [*reversed(folder.parents), folder]:
            status = ancestor.stat()
            if status.st_uid != uid and not status.st_mode & OTHERS_MAY_ENTER:
                closed.append(ancestor)
                break
    return sorted(set(closed))


def mount(source: str, target: Path, kind: str | None, flags: int) -> None:
    """mount(2)."""
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.mount(source.encode(), os.fsencode(target), kind and kind.encode(), ctypes.c_ulong(flags), None):
        raise OSError(ctypes.get_errno(), f"mount {target}")


def open_paths(folders: list[Path], closed: list[Path]) -> None:
    """In a mount namespace of our own, show only `folders` below each closed folder."""
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.unshare(CLONE_NEWNS):
        raise OSError(ctypes.get_errno(), "unshare")
    mount("none", Path("/"), None, MS_REC | MS_PRIVATE)
    stage = Path("/mnt")
    for top in closed:
        inside = [f for f in folders if f.is_relative_to(top)]
        mount("tmpfs", stage, "tmpfs", 0)
        for number, folder in enumerate(inside):
            (stage / str(number)).mkdir()
            mount(str(folder), stage / str(number), None, MS_BIND | MS_REC)
        mount("tmpfs", top, "tmpfs", 0)
        top.chmod(0o755)
        for number, folder in enumerate(inside):
            folder.mkdir(parents=True, exist_ok=True)
            mount(str(stage / str(number)), folder, None, MS_BIND | MS_REC)
        libc.umount2(os.fsencode(stage), MNT_DETACH)


def own(state: Path, uid: int, gid: int) -> None:
    """Give what root made in the state folder to the identity that runs the platform."""
    state.mkdir(parents=True, exist_ok=True)
    for folder, _, files in os.walk(state):
        for path in [folder, *(os.path.join(folder, name) for name in files)]:  # noqa: PTH118 - os.walk gives strings
            if os.lstat(path).st_uid == 0:
                os.chown(path, uid, gid, follow_symlinks=False)


def hand_over(state: Path) -> None:
    """After a command that stayed root: what it wrote into the state folder belongs to the platform."""
    if os.geteuid() == 0 and state.exists():
        own(state, *identity(CODE, state))


def needed_folders(code: Path, state: Path) -> list[Path]:
    """Folders without which the platform cannot run: code, state, the environment and the Python behind it."""
    found = {Path(folder).resolve() for folder in (code, state, sys.prefix, sys.base_prefix)}
    return sorted(f for f in found if not any(f != other and f.is_relative_to(other) for other in found))


def leave_root(state: Path) -> None:
    """If this process is root, start the same command again as an ordinary user; otherwise return."""
    if os.geteuid():
        return
    code, state = CODE, state.resolve()
    uid, gid = identity(code, state)
    own(state, uid, gid)
    folders = needed_folders(code, state)
    try:
        if closed := closed_ancestors(folders, uid):
            open_paths(folders, closed)
    except OSError as error:
        raise HubError(
            f"running as root, and user {uid} may not enter {closed_ancestors(folders, uid)[0]}; "
            f"opening a path failed ({error}). Put the code where everyone may read it "
            f"(such as /opt/xinglin), or run as an ordinary user"
        ) from error
    os.setgroups([])
    os.setresgid(gid, gid, gid)
    os.setresuid(uid, uid, uid)
    os.environ.update(HOME=str(state), USER="xinglin", LOGNAME="xinglin", XINGLIN_STATE=str(state))
    os.environ["PYTHONDONTWRITEBYTECODE"] = "1"
    os.chdir(code)
    os.execv(sys.executable, [sys.executable, "-m", "hub_config.cli", *sys.argv[1:]])  # noqa: S606 - the same program again
