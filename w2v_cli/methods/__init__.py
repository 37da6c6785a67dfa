"""What is trained: the tables and matrices of a method, and how its threads share rows."""
