"""Fetch the uv named in uv.lock with nothing but Python's standard library: `bootstrap.py uv.lock TARGET_FOLDER`."""

import hashlib
import io
import os
import platform
import sys
import tomllib
import urllib.request
import zipfile
from pathlib import Path

Wheel = dict[str, str]
TIMEOUT_S = 120


def libc() -> str:
    """The wheel tag of this machine's C library."""
    return "manylinux" if platform.libc_ver()[0] == "glibc" else "musllinux"


def choose(wheels: list[Wheel]) -> Wheel:
    """The wheel built for this machine's C library and processor."""
    machine = platform.machine()
    fitting = [w for w in wheels if libc() in w["url"].rpartition("/")[2] and machine in w["url"].rpartition("/")[2]]
    if not fitting:
        sys.exit(f"xinglin: uv has no build for {machine}; install it yourself, see its documentation")
    return fitting[0]


def download(wheel: Wheel) -> bytes:
    """The wheel's bytes, checked against the lock's sha256."""
    try:
        with urllib.request.urlopen(wheel["url"], timeout=TIMEOUT_S) as answer:  # noqa: S310 - an https address from the lock
            data: bytes = answer.read()
    except OSError as error:
        sys.exit(
            f"xinglin: cannot fetch uv from the package registry ({error}); check the network, or install uv yourself"
        )
    found = "sha256:" + hashlib.sha256(data).hexdigest()
    if found != wheel["hash"]:
        sys.exit(f"xinglin: the uv that arrived is not the locked one: expected {wheel['hash']}, got {found}")
    return data


def unpack(data: bytes, folder: Path) -> None:
    """Write the `uv` program into folder, whole or not at all."""
    folder.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        member = next(name for name in archive.namelist() if name.endswith("/scripts/uv"))
        half = folder / f"uv.{os.getpid()}"
        half.write_bytes(archive.read(member))
    half.chmod(0o755)
    half.replace(folder / "uv")


def main(lock: Path, folder: Path) -> None:
    """Fetch, check and unpack."""
    packages = tomllib.loads(lock.read_text())["package"]
    uv = next(package for package in packages if package["name"] == "uv")
    unpack(download(choose(uv["wheels"])), folder)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
