"""The synthetic hospital: one seeded truth, and the records that describe it.

>>> world = simulate(load_scenario("clinic", days=2), seed=1)
>>> "encounter" in world
True
"""

from simulator.run import simulate
from simulator.scenario import Scenario
from simulator.scenario_files import load_scenario
from simulator.world.world import World

__all__ = ["Scenario", "World", "load_scenario", "simulate"]
