"""Starts each user's JupyterLab: in its own bubblewrap room, or (only when asked for) unprotected."""

import os
import shutil
import sys
from pathlib import Path
from subprocess import Popen
from typing import Any

from jupyterhub.spawner import LocalProcessSpawner
from jupyterhub.utils import random_port
from tornado.ioloop import PeriodicCallback
from traitlets import Bool, Integer, Unicode

from hub_config.accounts import Accounts, Person
from hub_config.bubblewrap import TMP, Room, command
from hub_config.errors import PlatformError
from hub_config.memory import end_largest
from hub_config.settings import CODE
from hub_config.state import State

THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMEXPR_NUM_THREADS")
OPEN_FILES = 4096
MEMORY_ROUND_MS = 2000
JUPYTER = CODE / "hub_config" / "jupyter"


class RoomSpawner(LocalProcessSpawner):  # type: ignore[misc] # untyped
    """One user, one room: private home, processes, temporary folder; the loopback network is shared.

    The room dies with the hub, so nothing is left behind whatever ends it; notebooks are on disk, Lab saves them.
    """

    state_folder = Unicode(help="The platform's state folder.").tag(config=True)
    isolation = Bool(True, help="Use bubblewrap.").tag(config=True)
    process_limit = Integer(256, help="Processes and threads.").tag(config=True)

    @property
    def platform(self) -> State:
        """The platform's folders."""
        return State(Path(self.state_folder))

    def person(self) -> Person:
        """The account this server is for. Raises PlatformError if it was removed."""
        person = Accounts(self.platform.accounts).find(self.user.name)
        if person is None:
            raise PlatformError(f"user {self.user.name!r} has no account any more; `user add` makes one")
        return person

    def room(self, person: Person) -> Room:
        """The folders of this user; an instructor's courses lie below the home."""
        home = self.platform.home(person.username)
        identity = self.platform.hub / "identity"
        identity.mkdir(exist_ok=True)
        uid, gid = os.getuid(), os.getgid()
        passwd, group = identity / f"{person.username}.passwd", identity / f"{person.username}.group"
        passwd.write_text(f"{person.username}:x:{uid}:{gid}::/home/{person.username}:/bin/bash\n")
        group.write_text(f"{person.username}:x:{gid}:\n")
        return Room(person.username, home, passwd, group, tuple(self.taught(person)))

    def taught(self, person: Person) -> list[tuple[Path, str]]:
        """The course folders an instructor works in: (outside, inside)."""
        if person.role == "learner":
            return []
        roots = [
            (self.platform.course(course), f"/home/{person.username}/courses/{course}") for course in person.courses
        ]
        return [(outside, inside) for outside, inside in roots if outside.is_dir()]

    def get_env(self) -> dict[str, str]:
        """The whole environment of the server: nothing of ours is inherited but what stands here."""
        person = self.person()
        env: dict[str, str] = super().get_env()
        home = f"/home/{person.username}" if self.isolation else str(self.platform.home(person.username))
        tmp = TMP if self.isolation else str(self.platform.home(person.username) / ".tmp")
        menu = "learner" if person.role == "learner" else "instructor"
        env |= {
            "HOME": home,
            "USER": person.username,
            "SHELL": "/bin/bash",
            "LANG": "C.UTF-8",
            "PATH": f"{sys.prefix}/bin:/usr/local/bin:/usr/bin:/bin",
            "JUPYTER_RUNTIME_DIR": f"{tmp}/jupyter",
            "JUPYTER_CONFIG_PATH": ":".join(str(JUPYTER / part) for part in (menu, person.language, "common")),
            "JUPYTER_PREFER_ENV_PATH": "1",
            "XINGLIN_LANG": person.language,
            "XINGLIN_ROLE": person.role,
            "XINGLIN_COURSE": person.courses[0] if person.courses else "",
        }
        env.pop("PYTHONPATH", None)
        return env | dict.fromkeys(THREADS, "1")

    def get_state(self) -> dict[str, Any]:
        """Nothing to remember: a room ends with its hub, and a process number would by then be somebody else's."""
        return {}

    def user_env(self, env: dict[str, str]) -> dict[str, str]:
        """Users of the platform are not users of the machine: nothing to look up."""
        return env

    async def move_certs(self, paths: Any) -> Any:  # noqa: ANN401 - the hub's own
        """Nothing to move."""
        return paths

    def limits(self) -> list[str]:
        """prlimit(1) inside the room: for each process its memory, for all together their number."""
        prlimit = shutil.which("prlimit")
        if prlimit is None:
            return []
        line = [prlimit, f"--nproc={self.process_limit}", f"--nofile={OPEN_FILES}", "--core=0"]
        if self.mem_limit:
            line.append(f"--data={int(self.mem_limit)}")
        return [*line, "--"]

    async def start(self) -> tuple[str, int]:
        """Start the server and say where it listens."""
        self.port: int = self.port or random_port()
        person = self.person()
        line = [*self.limits(), *self.cmd, *self.get_args()]
        cwd = None
        if self.isolation:
            line = [*command(self.room(person)), *line]
        else:
            cwd = self.platform.home(person.username)
        with (self.platform.logs / f"server-{person.username}.log").open("ab") as log:
            self.proc = Popen(line, env=self.get_env(), cwd=cwd, stdout=log, stderr=log, start_new_session=True)  # noqa: ASYNC220 - returns at once
        self.pid = self.proc.pid
        self.watch = PeriodicCallback(self.bound_memory, MEMORY_ROUND_MS)
        self.watch.start()
        return "127.0.0.1", self.port

    def bound_memory(self) -> None:
        """End the largest process of a room that takes too much, as the kernel would with a control group."""
        if self.proc is None or self.proc.poll() is not None:
            self.watch.stop()
        elif self.mem_limit and (ended := end_largest(self.proc.pid, int(self.mem_limit))):
            self.log.warning("%s: more than %d bytes; process %d was ended", self.user.name, self.mem_limit, ended)
