"""How good word vectors are, measured against questions that people wrote."""
