"""How things are said: near names, text fit for a line, amounts."""
