"""Articles from a dump of a MediaWiki (pages-articles.xml), as a stream.

Only expat's events are used, so that memory holds one page at a time. A dump declares no document
type; what does, and with it entities that could grow without end, is refused.
"""

from xml.parsers import expat

from ..errors import InputError

BLOCK = 1 << 18
LONGEST_TEXT = 8 << 20
"""Characters of a page; MediaWiki takes 2 MB."""
LONGEST_TAG = 1 << 20
DEEPEST = 50
KEPT = frozenset(("ns", "text", "namespace", "redirect", "model"))
WIKITEXT = ("", "wikitext")
ARTICLE = "0"


def articles(stream, name):
    """(wikitext, namespaces) of each article of a dump, a str and a set of str.

    Talk, templates and the like are left out, and so are redirects. ``namespaces`` are the names
    of those that are not articles, lower-cased, as the dump tells them.

    Parameters
    ----------
    stream : binary stream   the dump, in XML
    name : str               of it, for messages

    Raises
    ------
    InputError   if it is no dump, is cut short, or is made to fill the memory
    """
    pages = _Pages(name)
    n_fed = 0
    try:
        while block := stream.read(BLOCK):
            n_fed += len(block)
            pages.parser.Parse(block)
            if n_fed - max(pages.parser.CurrentByteIndex, 0) > LONGEST_TAG:
                raise not_a_dump(name, "a tag has no end")
            yield from pages.taken()
        pages.parser.Parse(b"", True)
    except expat.ExpatError as error:
        raise not_a_dump(name, f"{error}") from error
    yield from pages.taken()
    if not pages.n_pages:
        raise not_a_dump(name, "it has no page")


def not_a_dump(name, why):
    """The error to raise of a file that is something else, or not whole.

    Parameters
    ----------
    name, why : str
    """
    return InputError(
        f"{name}: is no dump of a wiki, or is cut short: {why}; get it again, or name another file"
    )


class _Pages:
    """What expat tells of a dump, as pages; only the elements of KEPT are looked at."""

    def __init__(self, name):
        self._name = name
        self._depth = 0
        self._element = None
        self._parts, self._n_characters = [], 0
        self._page = {}
        self._ready = []
        self._namespaces = set()
        self.n_pages = 0
        self.parser = expat.ParserCreate(namespace_separator=" ")
        self.parser.buffer_text = True
        self.parser.StartDoctypeDeclHandler = self._refuse
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._text

    def taken(self):
        """The articles that are whole and were not taken before."""
        ready, self._ready = self._ready, []
        return [(text, self._namespaces) for text in ready]

    def _refuse(self, *_):
        raise not_a_dump(self._name, "it declares a document type")

    def _start(self, tag, _attributes):
        self._depth += 1
        if self._depth > DEEPEST:
            raise not_a_dump(self._name, "its elements lie too deep")
        tag = tag.rpartition(" ")[2]
        if tag == "page":
            self._page = {}
        if tag in KEPT:
            self._element, self._parts, self._n_characters = tag, [], 0

    def _text(self, characters):
        if self._element is None:
            return
        self._parts.append(characters)
        self._n_characters += len(characters)
        if self._n_characters > LONGEST_TEXT:
            raise not_a_dump(self._name, f"it has a page of more than {LONGEST_TEXT:,} characters")

    def _end(self, tag):
        self._depth -= 1
        tag = tag.rpartition(" ")[2]
        if tag == self._element:
            text, self._element = "".join(self._parts), None
            if tag == "namespace":
                self._namespaces |= {text.lower()} - {""}
            else:
                self._page[tag] = text
        elif tag == "page":
            self._finish()

    def _finish(self):
        page, self._page = self._page, {}
        self.n_pages += 1
        is_article = page.get("ns", ARTICLE) == ARTICLE and page.get("model", "") in WIKITEXT
        if is_article and "redirect" not in page and page.get("text"):
            self._ready.append(page["text"])
