"""Articles under watch: read again on a schedule, and what a change on a page touches."""
