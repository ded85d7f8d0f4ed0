"""Where people who run the assistant work: the command line, the doctor and the staff pages."""
