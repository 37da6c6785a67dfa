"""Two retrieval tasks made from open text in packages of Debian: queries with one answer each.

**packages**: the synopsis of a Debian package asks for its long description, among those of all
others. The file is Translation-en of a release (`apt-get update` with Acquire::Languages=en), plain
or as lz4 where the command of that name is there.

**definitions**: WordNet's gloss of a word asks for the entry of that word in Webster's dictionary
of 1913: two definitions by different people, which share few words. The packages are `wordnet-base`
and `dict-gcide`, of which only the paragraphs marked [1913 Webster] are taken, for others come from
WordNet.
"""

import gzip
import hashlib
import random
import re
import subprocess
from collections import Counter, defaultdict
from dataclasses import dataclass
from pathlib import Path

SEED = 1
FEWEST_WORDS = 8
"""Of a document; fewer tell nothing."""
FEWEST_ASKED = 3
"""Words of a query."""
QUOTED = "        "
"""Begins the lines of a quotation in Webster's dictionary."""
DERIVED = re.compile(
    r"-(dev|doc|dbg|common|data|docs|examples|tests?|headers|l10n-\w+|locale-\w+)$"
)
"""Packages that share the description of another one."""
WORD = re.compile(r"[a-z]+|[0-9]+")


@dataclass(frozen=True)
class Task:
    """Queries, documents, and for each query the number of the document that answers it."""

    name: str
    queries: list
    documents: list
    answers: list

    def digest(self):
        """The first digits of the SHA-256 of all texts."""
        text = "\n".join([*self.queries, *self.documents, *map(str, self.answers)])
        return hashlib.sha256(text.encode()).hexdigest()[:12]

    def overlap(self):
        """The mean share of the words of a query that its answer has."""
        shares = []
        for query, answer in zip(self.queries, self.answers, strict=True):
            asked = set(words_of(query).split())
            shares.append(len(asked & set(words_of(self.documents[answer]).split())) / len(asked))
        return sum(shares) / len(shares)

    def head(self, n_queries, n_documents):
        """The Task of its first queries, among their answers and the first of the other documents.

        For systems that take long; the rest is left away.
        """
        answers = self.answers[:n_queries]
        others = [row for row in range(len(self.documents)) if row not in set(answers)]
        kept = sorted([*answers, *others[: max(n_documents - len(answers), 0)]])
        places = {row: place for place, row in enumerate(kept)}
        documents = [self.documents[row] for row in kept]
        return Task(
            self.name, self.queries[:n_queries], documents, [places[row] for row in answers]
        )


def words_of(text):
    """Words in lower case with spaces between, without punctuation."""
    return " ".join(WORD.findall(text.lower()))


def packages(path, n_queries, n_documents):
    """The Task of the descriptions of packages.

    Parameters
    ----------
    path : str or Path         Translation-en, or .lz4 or .gz of it
    n_queries, n_documents : int   at most
    """
    found, seen = [], Counter()
    for name, synopsis, body in _descriptions(_text_of(Path(path))):
        if DERIVED.search(name) or len(body.split()) < FEWEST_WORDS:
            continue
        found.append((re.sub(r"\s*[(\[].*?[)\]]", "", synopsis), body))
        seen.update([found[-1][0], body[:60]])
    unique = [(asked, body) for asked, body in found if seen[asked] == seen[body[:60]] == 1]
    return _task("packages", unique, n_queries, n_documents)


def _text_of(path):
    if path.suffix == ".lz4":
        done = subprocess.run(["lz4", "-dc", path], check=True, capture_output=True)
        return done.stdout.decode()
    opened = gzip.open if path.suffix == ".gz" else open
    with opened(path, "rt", encoding="utf-8") as file:
        return file.read()


def _descriptions(text):
    """(name, synopsis, first paragraphs of the long description) of each package."""
    for stanza in text.split("\n\n"):
        lines = stanza.splitlines()
        fields = dict(line.partition(": ")[::2] for line in lines if not line.startswith(" "))
        if "Description-en" in fields:
            body = " ".join(line.strip() for line in lines if line.startswith(" "))
            yield fields["Package"], fields["Description-en"], body.replace(" . ", " ")


def definitions(wordnet, gcide, n_queries, n_documents):
    """The Task of definitions.

    Parameters
    ----------
    wordnet : str or Path   the folder with data.noun and the like
    gcide : str or Path     gcide.dict.dz
    """
    glosses = _glosses(Path(wordnet))
    entries = _entries(_text_of_dictionary(gcide))
    pairs = [
        (glosses[word][0], entries[word])
        for word in sorted(glosses.keys() & entries.keys())
        if len(glosses[word]) == 1 and len(glosses[word][0].split()) >= FEWEST_ASKED
    ]
    # One gloss is that of all words of a set of synonyms, and would have several answers.
    seen = Counter(gloss for gloss, _ in pairs)
    pairs = [pair for pair in pairs if seen[pair[0]] == 1]
    return _task("definitions", pairs, n_queries, n_documents)


def _glosses(folder):
    """Word -> its glosses in WordNet, without examples."""
    found = defaultdict(list)
    for part in ("noun", "verb", "adj", "adv"):
        for line in (folder / f"data.{part}").read_text().splitlines():
            if line.startswith("  "):  # the licence
                continue
            facts, _, gloss = line.partition(" | ")
            fields = facts.split(" ")
            gloss = re.split(r'; "|;\s*$', gloss)[0].strip()
            for word in fields[4 : 4 + 2 * int(fields[3], 16) : 2]:
                if word.isalpha() and word.islower():
                    found[word].append(gloss)
    return found


def _text_of_dictionary(path):
    with gzip.open(path, "rt", encoding="utf-8", errors="replace") as file:
        return file.read()


def _entries(text):
    """Headword -> what Webster of 1913 says: without headwords, etymologies and quotations."""
    found = defaultdict(list)
    word, paragraph = None, []
    for line in text.splitlines():
        marked = line.strip()
        if line[:1] not in ("", " "):  # a headword, of one word or several
            head = re.match(r"([A-Za-z]+) \\.*\\(.*)", line)
            word, paragraph = (head[1].lower(), [head[2]]) if head else (None, [])
        elif marked == "[1913 Webster]":
            if word:
                found[word].append(_told(" ".join(map(str.strip, paragraph))))
            paragraph = []
        elif marked.startswith("[") and marked.endswith("]"):  # of another source
            paragraph = []
        elif not line.startswith(QUOTED):
            paragraph.append(line)
    bodies = {word: " ".join(told).strip() for word, told in found.items()}
    return {word: body for word, body in bodies.items() if len(body.split()) >= FEWEST_WORDS}


def _told(text):
    """What a paragraph defines: without etymology, kind of word, marks of links and authors."""
    while text != (text := re.sub(r"\[[^\[\]]*\]", " ", text)):
        pass
    text = re.sub(r"\([^)]{1,12}\)|--[A-Z][\w. ]*|[{}]|\bSyn: .*", " ", text)
    return re.sub(r"^[^A-Z]*", "", text)


def _task(name, pairs, n_queries, n_documents):
    """Some of (query, document) as a Task, always the same ones."""
    pairs = [pair for pair in pairs if len(words_of(pair[0]).split()) >= FEWEST_ASKED]
    draw = random.Random(SEED)
    pairs = draw.sample(pairs, min(n_documents, len(pairs)))
    asked = sorted(draw.sample(range(len(pairs)), min(n_queries, len(pairs))))
    return Task(name, [pairs[row][0] for row in asked], [body for _, body in pairs], asked)
