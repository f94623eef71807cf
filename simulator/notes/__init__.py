"""Clinical notes in both languages, rendered from the events up to their time, with the truth about every statement."""

from simulator.notes.writing import notes, write_notes

__all__ = ["notes", "write_notes"]
