"""Stations at which patients and specimens wait for their turn: counters, rooms, analysers, theatres."""
