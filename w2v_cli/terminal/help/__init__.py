"""Help, manual pages, completion and hints."""
