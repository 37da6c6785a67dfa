"""Which documents are held out, and what is left to train on."""

from collections import Counter
from contextlib import closing

import numpy as np
import pytest

from w2v_cli.config import TextConfig
from w2v_cli.corpus.sources import choose
from w2v_cli.errors import InputError
from w2v_cli.labelled.config import ClassifyConfig
from w2v_cli.labelled.features import feature_table
from w2v_cli.labelled.parts import part_of
from w2v_cli.labelled.reading import read_labelled
from w2v_cli.tuning.classifiers.pace import RowEstimate
from w2v_cli.tuning.classifiers.splits import TokenTexts, by_file, folds, held_out


def read(path, lines, config=None):
    path.write_text("".join(f"{line}\n" for line in lines))
    config = config or ClassifyConfig()
    return read_labelled(choose([str(path)]), config, TextConfig(), str(path.parent))


def lines_of(documents):
    """The lines that documents were read from, labels first."""
    names = np.array([*documents.vocabulary.words, *documents.others], dtype=object)
    labels = np.array([*documents.labels, None], dtype=object)[documents.label_ids]
    words = np.split(names[documents.words], documents.starts[1:-1])
    labels = np.split(labels, documents.label_starts[1:-1])
    return [" ".join([*own, *some[:-1]]) for own, some in zip(labels, words, strict=True)]


MIXED = [
    *(f"__label__a a{n} common" for n in range(60)),
    *(f"__label__b b{n} common rare" for n in range(30)),
    *("no label here", "", "__label__a __label__b both") * 3,
    "__label__alone single",
]  # fmt: skip


@pytest.mark.parametrize("at_once", [1, 1 << 20])
def test_a_part_is_as_if_it_had_been_read_alone(tmp_path, monkeypatch, at_once):
    monkeypatch.setattr("w2v_cli.labelled.parts.WORDS_AT_ONCE", at_once)
    config = ClassifyConfig(min_count=2, min_label_count=2)
    chosen = np.arange(3, len(MIXED), 2)
    with closing(read(tmp_path / "all.txt", MIXED, ClassifyConfig())) as documents:
        part = part_of(documents, chosen, config, str(tmp_path))
    with (
        closing(part),
        closing(read(tmp_path / "part.txt", [MIXED[n] for n in chosen], config)) as alone,
    ):
        assert lines_of(part) == lines_of(alone)
        assert dict(zip(part.vocabulary.words, part.vocabulary.counts, strict=True)) == dict(
            zip(alone.vocabulary.words, alone.vocabulary.counts, strict=True)
        )
        assert set(part.others) == set(alone.others)
        assert (part.labels, part.label_counts.tolist()) == (
            alone.labels, alone.label_counts.tolist(),
        )  # fmt: skip
        assert part.tokens.tolist() == alone.tokens.tolist()
        assert part.facts.tokens_read == alone.facts.tokens_read


def test_each_label_has_its_share(tmp_path):
    config = ClassifyConfig(seed=3)
    with (
        closing(read(tmp_path / "t.txt", MIXED)) as documents,
        closing(held_out(documents, config, str(tmp_path), 0.2)) as found,
    ):
        [split] = found
        counts = Counter(split.truth.names[label] for label in split.truth.labels)
        assert counts["__label__a"] in range(11, 16)
        assert counts["__label__b"] in range(5, 9)
        assert counts["__label__alone"] == 0, "there is no other to learn from"
        assert len(split.texts) == split.truth.n
        assert f"{split.truth.n} of {len(MIXED)} documents, drawn by the seed" in found.told
        held = texts(split.texts)
        assert sorted([*held, *map(unlabelled, lines_of(split.documents))]) == sorted(
            map(unlabelled, MIXED)
        )
        assert "no label here" not in held
        with closing(held_out(documents, ClassifyConfig(seed=4), str(tmp_path), 0.2)) as other:
            assert texts(next(iter(other)).texts) != held


def unlabelled(line):
    return " ".join(word for word in line.split() if not word.startswith("__label__"))


def texts(found):
    [(text, labels, weights)] = found.blocks()
    assert (labels, weights) == (b"\n" * len(found), [])
    return text.decode().split("\n")[:-1]


def test_each_document_is_in_one_fold(tmp_path):
    with (
        closing(read(tmp_path / "t.txt", MIXED)) as documents,
        closing(folds(documents, ClassifyConfig(), str(tmp_path), 4)) as found,
    ):
        labelled = [line for line in MIXED if "__label__" in line]
        assert found.are_folds and len(found) == 4
        held = [line for split in found for line in texts(split.texts)]
        assert sorted(held) == sorted(map(unlabelled, labelled))
        assert found.truth.n == len(labelled) == sum(split.truth.n for split in found)
        sizes = [split.truth.n for split in found]
        assert max(sizes) - min(sizes) <= 1
        for split in found:
            assert len(split.documents) + split.truth.n == len(MIXED)


def test_a_file_may_have_labels_of_its_own(tmp_path):
    with (
        closing(read(tmp_path / "t.txt", MIXED)) as documents,
        closing(read(tmp_path / "v.txt", ["__label__new x", "none", "__label__a y"])) as other,
        closing(by_file(documents, other)) as found,
    ):
        truth = found.truth
        assert [truth.names[label] for label in truth.labels] == ["__label__new", "__label__a"]
        assert truth.documents.tolist() == [0, 1]
        assert texts(next(iter(found)).texts) == ["x", "y"]


@pytest.mark.parametrize("share", [None, 0.5])
def test_too_few_documents(tmp_path, share):
    config, place = ClassifyConfig(), str(tmp_path)
    alone = [f"__label__{n} x" for n in range(20)]
    for lines, message, split in (
        (MIXED[:9], "9 documents with a label, too few to hold some out", held_out),
        (MIXED[:11], "11 documents with a label, too few for folds", folds),
        (alone, "every label has one document only", held_out),
    ):
        asked = 12 if split is folds else share
        with (
            closing(read(tmp_path / "t.txt", lines)) as documents,
            pytest.raises(InputError, match=message),
        ):
            split(documents, config, place, asked)


def test_texts_are_cut_where_documents_are(tmp_path, monkeypatch):
    monkeypatch.setattr("w2v_cli.labelled.parts.WORDS_AT_ONCE", 7)
    with closing(read(tmp_path / "t.txt", MIXED)) as documents:
        assert texts(TokenTexts(documents, np.arange(len(MIXED)))) == [*map(unlabelled, MIXED)]


@pytest.mark.parametrize("options", [{}, {"word_ngrams": 2}, {"min_n": 2, "max_n": 4}])
def test_rows_are_estimated_without_looking_for_them(tmp_path, options):
    config = ClassifyConfig(**options)
    with (
        closing(read(tmp_path / "t.txt", MIXED)) as documents,
        closing(feature_table(documents, config, str(tmp_path))) as table,
    ):
        # At their ends documents have fewer n-grams of words; those of one letter are no feature.
        assert RowEstimate(documents).rows(config) == pytest.approx(table.sizes.sum(), rel=0.35)
