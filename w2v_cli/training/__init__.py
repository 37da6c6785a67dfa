"""From text to trained vectors: the road, the schedule, checkpoints."""
