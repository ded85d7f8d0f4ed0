"""Measurements, each printed by `make bench` or by its own module."""
