"""The simulator's exceptions: one tree, every message says what is wrong, where, and what would be right.

SimulatorError
├── ScenarioError    a scenario file or an override is wrong
├── KnowledgeError   a knowledge file is wrong
├── SeedError        two random streams were given one name
├── SchemaError      a table does not have its declared shape
├── WorldError       a world's folder cannot be read or written
├── ExportError      a rendering cannot be written
└── ReadError        a file in one of the formats is wrong
"""


class SimulatorError(Exception):
    """Anything the simulator refuses; the command line prints it as one line and exits with 2."""


class ScenarioError(SimulatorError):
    """A scenario is wrong: the message names file, key, value and what would be right."""


class KnowledgeError(SimulatorError):
    """A knowledge file is wrong: the message names file, key or line, value and what would be right."""


class SeedError(SimulatorError):
    """Two streams of one run were asked for under one name, so they would repeat each other."""


class SchemaError(SimulatorError):
    """A table lacks a declared column, has an extra one or holds another type than declared."""


class WorldError(SimulatorError):
    """A world's folder is missing, incomplete, damaged or already occupied."""


class ExportError(SimulatorError):
    """A rendering of a world cannot be written where it should be, or not of this world."""


class ReadError(SimulatorError):
    """A file in one of the formats is wrong: the message names file, line or element, and what would be right."""
