"""What a reader could not read: named by file, place and reason; kept, or the end of the reading."""

from dataclasses import dataclass, field

from simulator.errors import ReadError


@dataclass(frozen=True)
class Reject:
    """One record that was left out. where: line, segment or element, as the format counts them."""

    file: str
    where: str
    reason: str

    def __str__(self) -> str:
        return f"{self.file}: {self.where}: {self.reason}"


@dataclass
class Rejects:
    """The list of rejects. `keep`: go on after a bad record; otherwise the first one is a ReadError."""

    keep: bool = False
    found: list[Reject] = field(default_factory=list)

    def add(self, file: str, where: str, reason: str) -> None:
        """Note a bad record; ReadError unless they are to be kept."""
        reject = Reject(file, where, reason)
        if not self.keep:
            raise ReadError(str(reject))
        self.found.append(reject)
