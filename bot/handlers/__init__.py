"""Who may answer a turn. The order in server.HANDLERS is the policy: the first that answers wins."""
