"""Files of word vectors: recognised by content when read, by extension when written."""
