"""What commands report: progress, lines, and a log."""
