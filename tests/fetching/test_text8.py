"""The rules of text8 beside wikifil.pl: its substitutions one by one, as Perl has them."""

import io
import re

from hypothesis import example, given
from hypothesis import strategies as st

from w2v_cli.fetching import text8
from w2v_cli.fetching.text8 import cleaned

ENTITIES = ((rb"(?-i:&amp;)", b"&"), (rb"(?-i:&lt;)", b"<"), (rb"(?-i:&gt;)", b">"))
SUBSTITUTIONS = (
    (rb"(?-i:<ref[^<]*</ref>)", b""),
    (rb"<[^>]*>", b""),
    (rb"(?-i:\[http:[^] ]*)", b"["),
    (rb"\|thumb", b""),
    (rb"\|left", b""),
    (rb"\|right", b""),
    (rb"\|\d+px", b""),
    (rb"\[\[image:[^\[\]]*\|", b""),
    (rb"\[\[category:([^|\]]*)[^]]*\]\]", rb"[[\1]]"),
    (rb"(?-i:\[\[[a-z\-]*:[^\]]*\]\])", b""),
    (rb"\[\[[^\|\]]*\|", b"[["),
    (rb"\{\{[^\}]*\}\}", b""),
    (rb"\{[^\}]*\}", b""),
    (rb"\[", b""),
    (rb"\]", b""),
    (rb"&[^;]*;", b" "),
)
"""Those without (?-i:...) have the flag i there, or no letters."""
PARTS = [
    "[[category:", "[[Category:a|", "[[category:a]", "[[image:", "[[Image:x|", "[[a:", "[[a:b]]",
    "[[a", "[[A:", "[[a]", "{{", "{{a}", "}}", "}", "{", "&", "&lt;", "&lt;ref ", "&lt;/ref",
    "[http:", "[http://x y", "|1", "|left", "|THUMB", "|120px", "|", "&amp;", ";", "a b", "]]", "]",
    "&gt;", " ", "\n", "Z9", "#", "#Redirect", "\u00e9", "</text>", "<text x>", "<a", "\t",
]  # fmt: skip


def by_perl(dump):
    """What wikifil.pl prints for a dump."""
    printed, in_text = [], False
    for piece in re.findall(rb"[^>]*>|[^>]+", dump):
        in_text |= b"<text " in piece
        in_text &= not re.search(rb"#redirect", piece, re.IGNORECASE)
        if not in_text:
            continue
        in_text = b"</text>" not in piece
        line = re.sub(rb"<.*>", b"", piece, count=1)
        for pattern, by in (*ENTITIES, *SUBSTITUTIONS):
            line = re.sub(pattern, by, line, flags=re.IGNORECASE)
        line = b" " + line.lower() + b" "
        for digit, word in enumerate(text8.DIGITS):
            line = re.sub(b"%d" % digit, b" " + word + b" ", line)
        printed.append(re.sub(rb"[^a-z]+", b" ", line)[:-1])
    return b"".join(printed)


@given(st.lists(st.sampled_from(PARTS), max_size=40).map("".join))
@example("[[category:[[category:a|b] [[Category:c]] [[de:x]] {{a {{b}} c}} &lt;ref>1&lt;/ref>")
@example("&AMP;amp; &LT;ref&gt; |12PX [HTTP:x y] [[Image:a|b [[c]] d]] 1984")
def test_the_bytes_are_those_of_wikifil(markup):
    dump = b"<page><text y>" + markup.encode()
    assert b"".join(cleaned(io.BytesIO(dump), "x")) == by_perl(dump)
