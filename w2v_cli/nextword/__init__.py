"""What a language model says of the next word: probabilities of lines, and new lines."""
