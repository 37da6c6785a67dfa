"""From text to token ids: reading, tokenising, counting, and the encoded corpus on disk."""
