"""Pictures of word maps, PNG and SVG, by matplotlib without a display."""
