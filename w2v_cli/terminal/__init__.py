"""What people see at a terminal: options, settings, help, progress, tables."""
