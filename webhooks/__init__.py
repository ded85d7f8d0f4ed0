"""The outside world's shapes: one folder per channel."""
