"""Pages of the portal: read, split into paragraphs that can be compared, kept, and mined for draft entries."""
