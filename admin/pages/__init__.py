"""The pages of the console: one module each, handlers that parse, call one function and respond."""
