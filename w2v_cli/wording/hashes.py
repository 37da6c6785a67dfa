"""How n-grams are hashed, by name: known where no NumPy is needed."""

FNV, MURMUR = "fnv", "murmur"
"""FNV-1a with 32 bits, as fastText does; MurmurHash3 with 128, as floret does."""
HASHES = (FNV, MURMUR)
