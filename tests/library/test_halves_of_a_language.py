"""Two halves of one language, trained apart: most words find themselves in the other half."""

import lzma

import pytest
from conftest import SHARED_DATA

from w2v_cli import load
from w2v_cli.evaluation.dictionary import Dictionary

WIKI = SHARED_DATA / "wiki_17m.txt.xz"


@pytest.mark.long
@pytest.mark.skipif(not WIKI.exists(), reason="the shared data is not beside the repository")
def test_words_find_themselves(w2v, tmp_path):
    lines = lzma.decompress(WIKI.read_bytes()).splitlines(keepends=True)
    halves = []
    for start in range(2):
        text, path = tmp_path / f"{start}.txt", tmp_path / f"{start}.w2v"
        text.write_bytes(b"".join(lines[start::2]))
        trained = w2v("train", text, "-o", path, "-d", 100, "-q", timeout=900)
        assert trained.returncode == 0, trained.errors
        halves.append(load(path))
    both = [(word, word) for word in halves[0].words if word in halves[1]]
    test = Dictionary("test", both[5000:6500]).pairs
    for method, least in (("procrustes", 0.945), ("vecmap", 0.96)):
        source, target, facts = halves[0].align(
            halves[1], both[:5000], method=method, move_target=True
        )
        [scores] = source.evaluate_translation(target, test)
        assert scores.csls.precision[1].value > least
        assert scores.csls.precision[1].value > scores.nn.precision[1].value > 0.85
        assert facts["held_out_csls"] > 0.9
