"""Which section of an analogy test asks for meanings, and which for word forms, by its name."""

import re

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
