"""Maps of words: projections, pictures, a page."""
