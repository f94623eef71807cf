"""What the hospital knows: diseases, drugs, tests, examinations, procedures and prices, as data with their sources."""

from simulator.knowledge.knowledge import Knowledge
from simulator.knowledge.loader import load_knowledge
from simulator.knowledge.models import Disease

__all__ = ["Disease", "Knowledge", "load_knowledge"]
