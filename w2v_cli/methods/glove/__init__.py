"""GloVe: vectors whose products fit the logarithms of counts of pairs."""
