"""How a text is read: its words, what mistyped and shortened ones stand for, and what it may be read without."""
