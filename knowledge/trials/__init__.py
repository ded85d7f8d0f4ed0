"""Questions whose right reply is known, kept to be asked again before each publication."""
