"""How compiled code is made, kept and found again."""
