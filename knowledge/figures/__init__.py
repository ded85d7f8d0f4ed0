"""Numbers, dates, amounts and document numbers in Vietnamese text, each with its place."""
