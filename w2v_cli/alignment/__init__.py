"""Vectors of two languages, periods or trainings in one space: maps between them, and hubs."""
