"""Where values of options come from, beside the command line."""
