"""What the index is made of: each entry read once, and sparse features of all texts."""
