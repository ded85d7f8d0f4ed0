"""Fake platforms that behave like the real ones, errors included. Only tests and `hoidap simulate` use them."""
