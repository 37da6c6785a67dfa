"""Documents with labels: read, encoded, and made lists of rows of a model that tells labels."""
