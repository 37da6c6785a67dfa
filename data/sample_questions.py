"""Analogy questions over the facts of the sample, in the form of the classic test."""

# Section, table of facts, the two columns, and how many of the first facts are asked:
# the famous capitals only are "common".
SECTIONS = (
    ("capital-common-countries", "countries", "capital", "country", 12),
    ("capital-world", "countries", "capital", "country", None),
    ("currency", "countries", "country", "currency", None),
    ("city-in-state", "cities", "city", "state", None),
    ("family", "family", "male", "female", None),
    ("gram1-adjective-to-adverb", "adjectives", "adjective", "adverb", None),
    ("gram2-opposite", "opposites", "adjective", "opposite", None),
    ("gram3-comparative", "adjectives", "adjective", "comparative", None),
    ("gram4-superlative", "adjectives", "adjective", "superlative", None),
    ("gram5-present-participle", "verbs", "base", "ing", None),
    ("gram6-nationality-adjective", "countries", "country", "national", None),
    ("gram7-past-tense", "verbs", "ing", "past", None),
    ("gram8-plural", "nouns", "singular", "plural", None),
    ("gram9-plural-verbs", "verbs", "base", "third", None),
)
MOST_QUESTIONS = 240


def section_pairs(facts, left, right, count):
    """The pairs of words that the questions of a section are made of."""
    return [(fact[left][0], fact[right][0]) for fact in facts[:count] if fact[left] and fact[right]]


def section_questions(pairs):
    """Questions of four words: all ordered pairs of pairs, or as many as fit, spread evenly."""
    questions = [(*first, *second) for first in pairs for second in pairs if first != second]
    total = len(questions)
    if total <= MOST_QUESTIONS:
        return questions
    return [questions[place * total // MOST_QUESTIONS] for place in range(MOST_QUESTIONS)]


def question_lines(tables):
    """The lines of the question file: a header a section, then its questions."""
    for section, table, left, right, count in SECTIONS:
        yield f": {section}"
        pairs = section_pairs(tables[table], left, right, count)
        for question in section_questions(pairs):
            yield " ".join(question)
