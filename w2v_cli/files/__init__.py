"""Files: opened whatever packs them, and written whole or not at all."""
