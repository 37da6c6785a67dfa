"""Amounts for people to read."""


def shown_bytes(n_bytes):
    """Bytes for a message: ``1.5 GiB``."""
    size, unit = n_bytes / 1024**2, "MiB"
    if size >= 1024:
        size, unit = size / 1024, "GiB"
    return f"{size:,.1f} {unit}" if size < 100 else f"{size:,.0f} {unit}"
