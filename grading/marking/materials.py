"""The data of one module on this server: its worlds, the secret, and the files a learner was given."""

from pathlib import Path

from grading.checks.inputs import learner_files
from grading.course import Module
from grading.data import data_secret
from grading.worlds import worlds_of


class StateMaterials:
    """What marking needs of a module's data set, from the state folder."""

    def __init__(self, module: Module, state: Path) -> None:
        self._module, self._state = module, state
        self.secret = data_secret(state)
        self.worlds = worlds_of(module, state)

    def files(self, learner: str) -> dict[str, bytes]:
        """Give this learner's files, the same ones again that they fetched."""
        return learner_files(self._module, self._state, learner)
