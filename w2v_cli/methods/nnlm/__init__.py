"""The feed-forward language model: a hidden layer over the vectors of the words before."""
