"""One file a command: options -> one library call -> output. Heavy imports stay in callbacks."""
