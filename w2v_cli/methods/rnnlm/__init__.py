"""The recurrent language model: a state that has read all words before."""
