"""Neural language models: what is known of one when it is trained; nothing of how it is used."""
