"""From a citizen's text to the entry that answers it, or to the reason why none does. Pure and synchronous."""
