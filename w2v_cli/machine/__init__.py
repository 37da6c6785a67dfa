"""The machine: its memory and processors, threads, signals, libraries."""
