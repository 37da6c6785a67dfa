"""Least squares beside gensim's TranslationMatrix, on the words that gensim ships."""

from pathlib import Path

import numpy as np
import pytest

from w2v_cli.alignment.config import AlignConfig
from w2v_cli.evaluation.dictionary import Dictionary, read_dictionary
from w2v_cli.evaluation.translation import evaluate_translation
from w2v_cli.formats.reading import read_embeddings
from w2v_cli.library.aligning import align_embeddings

gensim = pytest.importorskip("gensim")
FILES = Path(gensim.__file__).parent / "test" / "test_data"
NAME = "{}.1-10.cbow1_wind5_hs0_neg10_size300_smpl1e-05.txt"


@pytest.fixture(scope="module")
def languages():
    """(English, Italian, pairs): 20 words each."""
    if not (FILES / NAME.format("EN")).exists():
        pytest.skip("this gensim comes without its test data")
    pairs = read_dictionary(FILES / "OPUS_en_it_europarl_train_one2ten.txt")
    return *(read_embeddings(FILES / NAME.format(each)) for each in ("EN", "IT")), pairs


def test_the_same_map_as_gensims(languages):
    from gensim.models import KeyedVectors, translation_matrix

    english, italian, pairs = languages
    keyed = [KeyedVectors.load_word2vec_format(FILES / NAME.format(each)) for each in ("EN", "IT")]
    theirs = translation_matrix.TranslationMatrix(*keyed, word_pairs=pairs.pairs)
    theirs.train(pairs.pairs)
    # gensim scales rows to length 1, and maps x to x A.
    config = AlignConfig("lstsq", normalize=("unit",))
    done = align_embeddings(english, italian, pairs, config)
    unit = english.unit(slice(None))
    np.testing.assert_allclose(done.source.vectors, unit @ theirs.translation_matrix, atol=1e-5)
    words = [word for word, _ in pairs.pairs]
    translated = theirs.translate(words, 3, source_lang_vec=keyed[0], target_lang_vec=keyed[1])
    found, _ = italian.nearest(np.array([done.source.vector(word) for word in words]), 3)
    for word, rows in zip(words, found.tolist(), strict=True):
        assert [italian.words[row] for row in rows] == translated[word]


@pytest.mark.parametrize("method", ["procrustes", "lstsq"])
def test_words_that_were_learned_are_found(languages, method):
    english, italian, pairs = languages
    done = align_embeddings(english, italian, pairs, AlignConfig(method), True)
    [scores] = evaluate_translation(done.source, done.target, [pairs], 5)
    assert scores.nn.precision[1].value == 1
    assert scores.csls.precision[1].value == 1


def test_numbers_that_were_not_learned_are_near(languages):
    """From all other pairs, a word that was held out is mostly among the five nearest of twenty."""
    english, italian, pairs = languages
    right = 0
    for number, pair in enumerate(pairs.pairs):
        others = Dictionary("others", pairs.pairs[:number] + pairs.pairs[number + 1 :])
        done = align_embeddings(english, italian, others, AlignConfig(), True)
        [scores] = evaluate_translation(done.source, done.target, [Dictionary("one", [pair])], 0)
        right += scores.nn.precision[5].value
    assert right >= 10
