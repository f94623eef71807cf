"""The hidden course of every encounter, hour by hour, that vital signs and laboratory values read."""
