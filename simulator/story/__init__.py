"""One patient's story: all that was recorded of an episode of illness, in order of time, for a person to read."""

from simulator.story.chapters import Story, pick, read_story
from simulator.story.sentences import Event

__all__ = ["Event", "Story", "pick", "read_story"]
