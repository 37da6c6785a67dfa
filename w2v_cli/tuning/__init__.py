"""Which settings pay: speed, plans and trials."""
