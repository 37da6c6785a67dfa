"""Make the sample corpus, its analogy questions and its opinions from the facts and frames here.

Run ``python3 data/make_sample.py``; the files come out the same, byte for byte, on
every machine.
"""

import argparse
import random
from itertools import accumulate
from pathlib import Path

from sample_grammar import Draw, Topic, read_facts, read_frames, read_words
from sample_questions import question_lines

HERE = Path(__file__).resolve().parent
SEED = 2013
CORPUS_BYTES = 2_900_000
# How often a line turns to each topic; the names are those of the files of facts and frames.
TOPIC_WEIGHTS = {
    "countries": 44,
    "cities": 13,
    "family": 12,
    "adjectives": 20,
    "opposites": 12,
    "verbs": 17,
    "nouns": 15,
    "everyday": 10,
}
# Most lines are short; a line that goes on mostly stays with its fact, as texts do.
GO_ON = 0.5
SAME_FACT = 0.7

# What people say of what is so, and of what is not: sentences with a label, and its prefix.
OPINIONS = {"adjective": "__label__praise", "opposite": "__label__complaint"}
OPINION_LINES = {"sample-opinions.txt": 2_000, "sample-opinions-test.txt": 500}
# The test has frames that training has not: each of this number is one of them.
TEST_FRAME = 4


def read_topics():
    """The topics by name, and the tables of facts that some of them have."""
    words = read_words(HERE / "facts" / "words.txt")
    tables = {}
    topics = {}
    for name in TOPIC_WEIGHTS:
        path = HERE / "facts" / f"{name}.txt"
        tables[name] = read_facts(path) if path.exists() else [{}]
        topics[name] = Topic(tables[name], read_frames(HERE / "frames" / f"{name}.txt"), words)
    return topics, tables


def corpus_lines(topics, draw):
    """Draw lines of one or more sentences, without end."""
    names = list(topics)
    weights = list(accumulate(TOPIC_WEIGHTS[name] for name in names))
    while True:
        topic = topics[draw.weighted(names, weights)]
        fact = topic.fact(draw)
        told = []
        sentences = [topic.sentence(fact, draw, told)]
        while draw.chance(GO_ON):
            if not draw.chance(SAME_FACT):
                topic = topics["everyday"]
                fact = topic.fact(draw)
            sentences.append(topic.sentence(fact, draw, told))
        yield " ".join(sentences)


def corpus_text(topics, draw):
    """The whole corpus: lines until there are enough of them."""
    lines = []
    size = 0
    for line in corpus_lines(topics, draw):
        lines.append(line)
        size += len(line) + 1
        if size >= CORPUS_BYTES:
            return "".join(f"{line}\n" for line in lines)


def read_opinions():
    """For each file of opinions the topics by label, each with frames of its own."""
    words = read_words(HERE / "facts" / "words.txt")
    facts = read_facts(HERE / "facts" / "opposites.txt")
    roles = read_frames(HERE / "frames" / "opposites.txt")
    train, test = {}, {}
    for role, label in OPINIONS.items():
        weight, frames = roles[role]
        kept = [frame for place, frame in enumerate(frames) if place % TEST_FRAME]
        train[label] = Topic(facts, {role: (weight, kept)}, words)
        test[label] = Topic(facts, {role: (weight, frames[::TEST_FRAME])}, words)
    return dict(zip(OPINION_LINES, (train, test), strict=True))


def opinions_text(topics, n_lines, draw):
    """Lines of a label and a sentence of its topic."""
    lines = []
    for _ in range(n_lines):
        label = draw.even(list(topics))
        lines.append(f"{label} {topics[label].sentence(topics[label].fact(draw), draw, [])}\n")
    return "".join(lines)


def main():
    """Write the corpus, the questions and the opinions into a folder."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--output-dir", type=Path, default=HERE, help="default: beside the script")
    folder = parser.parse_args().output_dir
    topics, tables = read_topics()
    corpus = corpus_text(topics, Draw(random.Random(SEED)))
    questions = "".join(f"{line}\n" for line in question_lines(tables))
    texts = {"sample.txt": corpus, "sample-questions.txt": questions}
    draw = Draw(random.Random(SEED))
    for name, of_label in read_opinions().items():
        texts[name] = opinions_text(of_label, OPINION_LINES[name], draw)
    for name, text in texts.items():
        (folder / name).write_bytes(text.encode("ascii"))
        print(f"{folder / name}: {len(text):,} bytes")


if __name__ == "__main__":
    main()
