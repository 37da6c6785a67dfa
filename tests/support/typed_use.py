"""A program that uses the Python interface: `make lint` checks the types, and nobody runs it."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from w2v_cli import (
    Distilled,
    Explanation,
    LanguageModel,
    LineScore,
    Neighbor,
    NextWord,
    Prediction,
    TextClassifier,
    UnknownWordError,
    Vectors,
    W2VError,
    distill,
    load,
    load_classifier,
    load_language_model,
    train,
    train_classifier,
    tune_classifier,
)

if TYPE_CHECKING:
    from typing_extensions import assert_type


def show(stage: str, done: int, total: int | None, **details: float) -> None:
    """A progress callback."""


def stop(epoch: int, loss: float, vectors: Vectors) -> bool:
    """Called after an epoch."""
    return epoch == 2 and loss < vectors.dim


def use(sentences: list[list[str]]) -> None:
    """Every type that a user sees, as the user's type checker sees it."""
    vectors = train("corpus.txt", dim=100, epochs=3, lr=None, progress=show)
    assert_type(vectors, Vectors)
    train(Path("corpus.txt"), init="old.bin", freeze=True, vocab={"word": 3})
    train(["one.txt", Path("two.txt")], init=vectors)
    train(sentences)
    train(sentences, verbose=True, progress=True, on_epoch=stop)
    train(sentence.split() for sentence in ["one small step"])
    train("corpus.txt", vector_size=100)  # type: ignore[call-arg]
    train("corpus.txt", dim="100")  # type: ignore[arg-type]

    assert_type(load("vectors.bin"), Vectors)
    assert_type(vectors["king"], npt.NDArray[np.float32])
    assert_type(vectors[["king", "queen"]], npt.NDArray[np.float32])
    assert_type(vectors.neighbors("king", k=5), list[Neighbor])
    assert_type(vectors.neighbors(vectors["king"]), list[Neighbor])
    assert_type(vectors.neighbors(["king", "queen"]), list[list[Neighbor]])
    assert_type(
        [(word, score) for word, score in vectors.analogy("a", "b", "c")], list[tuple[str, float]]
    )
    assert_type(vectors.similarity("king", vectors["queen"]), float)
    assert_type(vectors.count("king"), int)
    assert_type(vectors.explore("page.html", top=50), None)
    assert_type(vectors.plot(None, ["king"], neighbors=3)["method"], Any)
    vectors.neighbors("king", topn=5)  # type: ignore[call-overload]
    assert_type(vectors.counts, npt.NDArray[np.int64] | None)
    assert_type(vectors.evaluate_analogies("questions.txt").total.accuracy, float | None)
    assert_type(vectors.evaluate_similarity("pairs.tsv").files[0].spearman, float | None)
    assert_type(vectors.evaluate_sessions([["king", "queen"]], 5).hit_rate, float | None)
    for word in vectors:
        assert_type(word, str)
    vectors.save(Path("vectors.txt"), dtype="float16")
    assert_type(distill("minilm", Path("static"), dim=128, progress=show), Distilled)
    try:
        vectors["snark"]
    except UnknownWordError as error:
        assert_type(error.words, list[str])
    except W2VError as error:
        assert_type(error.exit_code, int)


def enough(epoch: int, loss: float, classifier: TextClassifier) -> bool:
    """Called after an epoch."""
    return epoch == 2 and classifier.test("test.txt").f1 > 0.9


def use_classifiers(texts: list[str], labels: list[list[str]]) -> None:
    """Likewise of classifiers."""
    classifier = train_classifier(texts, labels, dim=10, loss="ova", on_epoch=enough)
    assert_type(classifier, TextClassifier)
    train_classifier([["a", "b"]], ["x"], weights=[1.5], progress=show)
    train_classifier(Path("t.csv"), text="review", label=["stars"], output="m.bin")
    train_classifier(["one.txt", Path("two.txt")], verbose=True)
    train_classifier(texts, labels, wordNgrams=2)  # type: ignore[call-arg]
    assert_type(load_classifier("m.bin"), TextClassifier)
    tuned = tune_classifier(texts, labels, trials=3, validation=(texts, labels), dim=8)
    assert_type(tuned.classifier, TextClassifier)
    assert_type(classifier.quantize(keep=9, retrain=texts, labels=labels, lr=0.1), TextClassifier)
    classifier.quantize(max_size="2M", retrain=Path("t.csv"), text="review", label="stars")
    assert_type(classifier.predict("a text", k=2), list[Prediction])
    assert_type(classifier.predict(texts), list[list[Prediction]])
    assert_type(classifier.predict([["a", "text"]]), list[list[Prediction]])
    assert_type(classifier.predict("a text")[0].probability, float)
    assert_type(classifier.predict_proba(texts), npt.NDArray[np.float32])
    assert_type(classifier.labels, list[str])
    assert_type(classifier.explain("a text", margin=True), Explanation)
    assert_type(classifier.explain(texts, "x", against="y"), list[Explanation])
    assert_type(classifier.explain("a text").features[0].share, float)
    assert_type(classifier.telling_words("x"), list[tuple[str, float]])


def use_language_models(lines: list[str]) -> None:
    """Likewise of language models."""
    model = load_language_model(Path("m.w2v"))
    assert_type(model, LanguageModel)
    assert_type(load("m.w2v").language_model, LanguageModel | None)
    assert_type(model.score(lines)[0], LineScore)
    assert_type(model.score([["a", "line"]])[0].perplexity, float)
    assert_type(model.perplexity(lines), float)
    assert_type(model.probabilities("a"), npt.NDArray[np.float64])
    assert_type(model.next_words(["a"], k=3), list[NextWord])
    assert_type(model.generate("a", 2, temperature=0, top_k=5), list[str])
    model.generate(temp=1)  # type: ignore[call-arg]
