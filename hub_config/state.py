"""The state folder: what lies where, who may read it, and the secrets in it."""

import os
import secrets
from dataclasses import dataclass
from pathlib import Path

from hub_config.errors import StateError

PRIVATE = 0o700
SECRET_BYTES = 32
MIN_FREE_BYTES = 200 * 2**20


@dataclass(frozen=True)
class State:
    """Paths below the state folder."""

    root: Path

    @property
    def hub(self) -> Path:
        """The hub's database, process file and per-user identity files."""
        return self.root / "hub"

    @property
    def secrets(self) -> Path:
        """Random keys; never shown to any user's server."""
        return self.root / "secrets"

    @property
    def homes(self) -> Path:
        """One folder per user."""
        return self.root / "homes"

    @property
    def logs(self) -> Path:
        """What hub, proxy, services and user servers say."""
        return self.root / "logs"

    @property
    def accounts(self) -> Path:
        """Users, password hashes, memberships, invitations."""
        return self.root / "accounts.db"

    def course(self, course: str) -> Path:
        """The course folder of nbgrader: source, release, submissions, gradebook."""
        return self.root / "courses" / course

    def home(self, user: str) -> Path:
        """A user's private home, made on first use."""
        folder = self.homes / user
        folder.mkdir(mode=PRIVATE, parents=True, exist_ok=True)
        return folder

    def prepare(self) -> None:
        """Make the folders. Raises StateError where the disk is full or the folder not ours to write."""
        try:
            for folder in (self.root, self.hub, self.secrets, self.homes, self.logs):
                folder.mkdir(parents=True, exist_ok=True)
            for folder in (self.root, self.hub, self.secrets, self.homes):
                folder.chmod(PRIVATE)
            probe = self.root / ".probe"
            probe.write_bytes(b"x" * 65536)
            probe.unlink()
        except OSError as error:
            raise StateError(
                f"state folder {self.root}: {error.strerror}; free some space, give the folder to user {os.geteuid()}, "
                f"or choose another with XINGLIN_STATE or the key state in xinglin.toml"
            ) from error
        self._refuse_full_disk()

    def _refuse_full_disk(self) -> None:
        disk = os.statvfs(self.root)
        free = disk.f_bavail * disk.f_frsize
        if free < MIN_FREE_BYTES:
            raise StateError(
                f"state folder {self.root}: {free // 2**20} MB left on the disk, "
                f"at least {MIN_FREE_BYTES // 2**20} MB are needed; "
                f"free some space or choose another folder with XINGLIN_STATE"
            )

    def secret(self, name: str) -> str:
        """A random key of 64 hexadecimal digits, made once; the file is readable by us alone."""
        file = self.secrets / name
        try:
            descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            if text := file.read_text().strip():
                return text
            raise StateError(f"secret {file} is empty; delete it, and a new one is made") from None
        with os.fdopen(descriptor, "w") as stream:
            stream.write(value := secrets.token_hex(SECRET_BYTES))
        return value
