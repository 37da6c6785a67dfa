"""Amounts for people to read: one form for each, in messages and beside a bar alike."""


def shown_bytes(n_bytes):
    """Bytes: ``1.5 GiB``; from ``KiB`` on."""
    size, units = n_bytes / 1024, ["GiB", "MiB", "KiB"]
    while round(size) >= 1024 and len(units) > 1:
        size /= 1024
        units.pop()
    return f"{size:,.1f} {units[-1]}" if size < 99.95 else f"{size:,.0f} {units[-1]}"


def of_all(number, total):
    """How many, of how many: ``5 of 7``; the number alone if it is all of them."""
    return f"{number:,}" if number == total else f"{number:,} of {total:,}"


def counted(number, noun):
    """How many of something: ``1 document``, ``2,000 documents``; the plural has an s."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def shown_time(seconds):
    """A time to come, or gone, as options take it: ``8.5s``, ``40s``, ``12m05s``, ``3h20m``."""
    if seconds < 9.95:
        return f"{seconds:.1f}s"
    minutes, second = divmod(round(seconds), 60)
    hours, minute = divmod(minutes, 60)
    day, hour = divmod(hours, 24)
    if day:
        return f"{day}d{hour:02}h"
    if hour:
        return f"{hour}h{minute:02}m"
    return f"{minute}m{second:02}s" if minute else f"{second}s"


def shown_number(number):
    """A number of words in few columns: ``950``, ``12.3k``, ``1.23M``, ``4.56G``."""
    for power, suffix in ((1e9, "G"), (1e6, "M"), (1e3, "k")):
        if number >= power:
            scaled = number / power
            digits = 2 if scaled < 10 else 1 if scaled < 100 else 0
            return f"{scaled:.{digits}f}{suffix}"
    return f"{number:.0f}"
