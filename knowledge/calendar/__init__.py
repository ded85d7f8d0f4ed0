"""Competitions and events: things with dates. What they are, how they are stored and how calendars read them."""
