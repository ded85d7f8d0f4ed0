"""What the assistant may say: curated entries, the articles they rest on, and how a question finds its entry."""
