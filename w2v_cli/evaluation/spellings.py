"""Rows of the words of a test, which vectors may spell in another way."""


def known_row(lookup, word, shorter=None):
    """The row of a word of a test; None if it is unknown.

    ``New York`` is ``New_York`` too, and the other way round, where only that has a vector.

    Parameters
    ----------
    lookup : Lookup
    word : str
    shorter : callable or None   makes of the word another one that means it, to be tried last
    """
    row = lookup.row(word)
    if row is None and " " in word:
        row = lookup.row(word.replace(" ", "_"))
    if row is None and "_" in word:
        row = lookup.row(word.replace("_", " "))
    if row is None and shorter is not None:
        row = lookup.row(shorter(word))
    return row
