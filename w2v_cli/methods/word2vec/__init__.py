"""Skip-gram and CBOW: a row of inputs and a row of outputs for each word."""
