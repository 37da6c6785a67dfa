"""Which section of an analogy test asks for meanings, and which for word forms, by its name."""

import re

from ..errors import ConfigError, InputError, field

SEMANTIC = "semantic"
SYNTACTIC = "syntactic"

_SYNTACTIC_NAME = re.compile(
    r"""
    gram                                    # questions-words: gram1-adjective-to-adverb
    | [id]\d\d(?!\d)                        # BATS: I01 [noun - plural_reg], D03 [adj+ly_reg]
    | (jj[rs]?|nn(s|pos)?|vb[dgnpz]?)       # MSR: two tags of the Penn treebank, JJ_JJR
      _(jj[rs]?|nn(s|pos)?|vb[dgnpz]?)$
    """,
    re.VERBOSE | re.IGNORECASE,
)
_SEMANTIC_NAME = re.compile(
    r"""
    capital|currency|city-in-state|family   # questions-words
    | newspapers|ice_hockey|basketball|airlines|people-companies   # questions-phrases
    | [el]\d\d(?!\d)                        # BATS: E01 [country - capital], L05 [...]
    """,
    re.VERBOSE | re.IGNORECASE,
)


def category_of(name):
    """``syntactic`` or ``semantic``, for a section of that name.

    Syntactic are the names that begin with ``gram`` (questions-words), those of BATS's parts on
    inflection and derivation, and pairs of part-of-speech tags (MSR). All others are semantic,
    wherever they stand in the file.

    Parameters
    ----------
    name : str   Examples: ``gram8-plural``, ``I01 [noun - plural_reg]``, ``JJ_JJR``, ``family``
    """
    return SYNTACTIC if _SYNTACTIC_NAME.match(name) else SEMANTIC


def categories_of(names, syntactic=None):
    """The category of each section of a test.

    Parameters
    ----------
    names : list of str
    syntactic : str or None   a regular expression: sections in whose names it is found, whatever
                              their case, are syntactic, and the others semantic. None: see
                              `category_of`

    Returns
    -------
    list of str or None   all None if no name is one that is known: those of tests in other
                          languages say nothing

    Raises
    ------
    ConfigError   if ``syntactic`` is no regular expression
    InputError    if no name has it
    """
    if syntactic is not None:
        return _by_pattern(names, syntactic)
    if any(_SYNTACTIC_NAME.match(name) or _SEMANTIC_NAME.match(name) for name in names):
        return [category_of(name) for name in names]
    return [None] * len(names)


def _by_pattern(names, syntactic):
    option = field("syntactic", syntactic)
    try:
        pattern = re.compile(syntactic, re.IGNORECASE)
    except re.error as error:
        raise ConfigError(f"{option} is no regular expression: {error}; correct it") from error
    found = [bool(pattern.search(name)) for name in names]
    if not any(found):
        shown = ", ".join(map(repr, names[:9])) + (", ..." if len(names) > 9 else "")
        raise InputError(f"no section has a name with {option}; there are {shown}")
    return [SYNTACTIC if has else SEMANTIC for has in found]
