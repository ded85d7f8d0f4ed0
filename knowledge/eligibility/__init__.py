"""Guided eligibility: what staff write about a policy, and what may be concluded from a person's answers. Pure."""
