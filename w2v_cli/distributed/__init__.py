"""Several processes that train one model: each has a share of the text, and a copy of the model."""
