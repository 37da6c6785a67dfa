"""How far work is: on a terminal, in lines, in a log."""
