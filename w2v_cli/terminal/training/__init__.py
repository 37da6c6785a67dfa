"""What ``w2v train`` says and asks before and while it trains."""
