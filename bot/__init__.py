"""The conversation: deciding what to say, between a durable inbox and a durable outbox."""
