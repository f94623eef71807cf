"""The hospital as a place, and the people of its catchment."""
