"""What a question names and asks for, and what of it the texts of an entry hold."""
