"""Streams cut into pieces and tokenised in threads, beside one thread that reads blocks."""

import gzip
import itertools
import os
import signal
import subprocess
import sys
import threading
import time

import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from w2v_cli.config import TextConfig
from w2v_cli.corpus import pieces as pieces_module
from w2v_cli.corpus import reader, sources
from w2v_cli.corpus.counting import count_text
from w2v_cli.corpus.encoded import encode
from w2v_cli.corpus.pieces import AT_BORDER, AT_FILE_END, GOES_ON, pieces_of
from w2v_cli.corpus.reader import SPACES, Part
from w2v_cli.corpus.team import Team
from w2v_cli.corpus.tokenizer import MAX_TOKEN_BYTES
from w2v_cli.errors import InputError

pytestmark = pytest.mark.usefixtures("compiled")
COMMAND = [sys.executable, "-m", "w2v_cli"]
PACK = {"gzip": gzip.compress, "zstd": zstandard.ZstdCompressor().compress, "plain": bytes}
WORDS = [
    b"a", b"bc", b"\xff", b"\xc3\x89", b" ", b" ", b"\n", b"\0", b"\r", b"\xef\xbb\xbf", b". ",
    b"!\n", b"U.S.", "\u3002".encode(), "\u4e2d\u6587".encode(), "\U0001f469\u200d".encode(),
    b"much-longer-than-eight",
]  # fmt: skip
texts = st.lists(st.sampled_from(WORDS), max_size=40).map(b"".join)
options = st.fixed_dictionaries(
    {},
    optional={
        "lowercase": st.booleans(),
        "sentences": st.booleans(),
        "tokenize": st.sampled_from(["words", "words+punctuation"]),
    },
)


@pytest.fixture(autouse=True)
def _any_bytes(monkeypatch):
    """A file of a few odd bytes is text."""
    monkeypatch.setattr(sources, "check_text", lambda *_: None)


def small_blocks(patch, size, seen):
    """Blocks of so many bytes, of which a Glimpse sees the first few."""
    patch.setattr(reader, "READ_SIZE", size)
    patch.setattr(pieces_module, "READ_SIZE", size)
    patch.setattr(pieces_module, "MOST_BYTES", seen)
    patch.setattr("w2v_cli.corpus.glimpse.MOST_BYTES", seen)


def outcome(paths, folder, **how):
    """All that becomes of a text, and what is known of it."""
    counts = count_text([str(path) for path in paths], TextConfig(**how), folder)
    words, numbers = counts.select()
    with encode(counts.spools, counts.id_maps(words)) as corpus:
        ids = corpus.window(0, corpus.length).tolist()
    facts = counts.facts
    seen = [(each.raw, each.lengths, each.n_undecodable) for each in counts.glimpses]
    return words, numbers.tolist(), ids, facts.tokens_read, facts.irregular, seen


def written(folder, parts):
    """Files of (text, how it is packed)."""
    paths = [folder / str(number) for number in range(len(parts))]
    for path, (text, pack) in zip(paths, parts, strict=True):
        path.write_bytes(PACK[pack](text))
    return paths


@given(
    st.lists(st.tuples(texts, st.sampled_from(sorted(PACK))), min_size=1, max_size=3),
    st.integers(2, 5),
    st.integers(3, 60),
    st.integers(0, 100),
    options,
)
def test_any_cutting_and_any_number_of_threads_give_the_same(
    tmp_path_factory, parts, threads, size, seen, how
):
    folder = tmp_path_factory.mktemp("text")
    paths = written(folder, [*parts, (b"one more", "gzip")])
    with pytest.MonkeyPatch.context() as patch:
        small_blocks(patch, size, seen)
        together = outcome(paths, folder, threads=threads, **how)
        assert together == outcome(paths, folder, threads=1, **how)
        words, numbers = count_text(
            [str(path) for path in paths], TextConfig(threads=threads, **how)
        ).select()
    assert (words, numbers.tolist()) == together[:2], "without ids"


@pytest.mark.parametrize("size", [300, 997, 2500])
@pytest.mark.parametrize("how", [{}, {"tokenize": "words", "sentences": True}])
def test_tokens_that_are_too_long_are_cut_as_by_one_thread(tmp_path, monkeypatch, size, how):
    small_blocks(monkeypatch, size, 10)
    long = "\u00e9".encode() * MAX_TOKEN_BYTES
    paths = written(tmp_path, [((b"a " + long + b" b\n" + b"x" * 1500) * 5, "gzip")])
    together, alone = (outcome(paths, tmp_path, threads=threads, **how) for threads in (3, 1))
    assert together == alone
    assert together[4]["too_long"] == 10


@given(texts, st.integers(1, 40), st.integers(0, 60), st.booleans())
def test_pieces_are_the_text_and_end_before_white_space(
    tmp_path_factory, text, size, seen, at_lines
):
    path = tmp_path_factory.mktemp("text") / "text"
    path.write_bytes(text)
    with pytest.MonkeyPatch.context() as patch:
        small_blocks(patch, size, seen)
        part = Part(str(path), encoding="utf-8")
        pieces = list(pieces_of([part], "utf-8", None, at_lines))
    assert b"".join(piece.data for piece in pieces) == text
    assert [piece.end == AT_FILE_END for piece in pieces] == [False] * (len(pieces) - 1) + [True]
    assert pieces[0].is_file_start
    assert not pieces[0].goes_on
    for piece, following in itertools.pairwise(pieces):
        assert following.goes_on == (piece.end == GOES_ON)
        assert not (following.is_file_start and piece.data)
        if piece.end == AT_BORDER:
            assert following.data.startswith((b"\n",) if at_lines else SPACES)
        else:
            assert piece.is_seen or not any(
                space in piece.data[1:] for space in ((b"\n",) if at_lines else SPACES)
            )


def test_a_text_without_white_space_is_not_kept_in_memory(tmp_path, monkeypatch):
    small_blocks(monkeypatch, 100, 0)
    path = tmp_path / "text"
    path.write_bytes(b"x" * 5000 + b" y " * 200)
    sizes = [len(p.data) for p in pieces_of([Part(str(path), encoding="utf-8")], "utf-8", None)]
    assert max(sizes) <= 200
    assert sizes[:50] == [100] * 50


def test_a_few_pieces_are_in_memory_at_a_time(tmp_path, monkeypatch):
    small_blocks(monkeypatch, 1000, 0)
    path = tmp_path / "text"
    path.write_bytes(b"word " * 20_000)
    taken = []

    def watched():
        for piece in pieces_of([Part(str(path), encoding="utf-8")], "utf-8", None):
            taken.append(piece)
            yield piece

    team = Team(TextConfig(threads=2))
    tokens = team.tokenise(watched())
    for number in range(1, 6):
        next(tokens)
        time.sleep(0.1)
        assert len(taken) <= number + 6
    tokens.close()
    assert_only_this_thread()


def assert_only_this_thread():
    """Fail if threads of ours are still there: one that reads is given a moment."""
    for _ in range(100):
        others = [each for each in threading.enumerate() if each is not threading.main_thread()]
        if not others:
            return
        time.sleep(0.05)
    raise AssertionError(f"left behind: {others}")


@pytest.mark.parametrize("threads", [1, 3])
def test_damage_is_told_as_by_one_thread_and_leaves_no_thread(tmp_path, threads, monkeypatch):
    small_blocks(monkeypatch, 1000, 10)
    good, short, follows = (tmp_path / name for name in ("good.gz", "short.gz", "follows.gz"))
    text = b"".join(b"word%d " % number for number in range(20_000))
    good.write_bytes(gzip.compress(text) * 2)
    short.write_bytes(gzip.compress(text)[:-1000])
    follows.write_bytes(gzip.compress(text) + b"something else")
    for path, message in ((short, "is cut short"), (follows, "something else follows it")):
        with pytest.raises(InputError, match=rf"{path.name}: .*{message}"):
            count_text([str(good), str(path)], TextConfig(threads=threads), str(tmp_path))
    assert_only_this_thread()
    assert count_text([str(good)], TextConfig(threads=threads)).facts.tokens_read == 40_000


def test_an_error_of_a_member_ends_all(tmp_path, monkeypatch):
    small_blocks(monkeypatch, 500, 0)
    monkeypatch.setattr("w2v_cli.corpus.wordtable.MAX_IDS", 3000)
    path = tmp_path / "text.gz"
    path.write_bytes(gzip.compress(b"".join(b"word%d " % number for number in range(20_000))))
    with pytest.raises(InputError, match="too many to number"):
        count_text([str(path)], TextConfig(threads=3), str(tmp_path))
    assert_only_this_thread()


def test_no_room_for_a_thread_is_told(tmp_path, monkeypatch):
    path = tmp_path / "text.gz"
    path.write_bytes(gzip.compress(b"a b\n"))
    team = Team(TextConfig(threads=2))

    def refuse(*_):
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr("w2v_cli.corpus.team.ThreadPoolExecutor.submit", refuse)
    with pytest.raises(MemoryError, match="can't start new thread; fewer threads need less"):
        list(team.tokenise(pieces_of([Part(str(path), encoding="utf-8")], "utf-8", None)))


def test_a_decompressor_that_is_slow_has_one_tokenizer(tmp_path, monkeypatch):
    """A member for each thread would each have a table of most words, for nothing."""
    small_blocks(monkeypatch, 100, 0)
    path = tmp_path / "text"
    path.write_bytes(b"word " * 200)
    team = Team(TextConfig(threads=8))

    def slowly():
        for piece in pieces_of([Part(str(path), encoding="utf-8")], "utf-8", None):
            time.sleep(0.05)
            yield piece

    assert sum(len(tokens.ids) + len(tokens.last) for tokens in team.tokenise(slowly())) == 201
    assert len(team._members) <= 2


def test_words_that_are_dropped_leave_a_stream_to_one_thread(tmp_path, monkeypatch):
    small_blocks(monkeypatch, 500, 10)
    path = tmp_path / "text.gz"
    words = (b"often x%d often\n" % (number * 7919 % 5000) for number in range(5000))
    path.write_bytes(gzip.compress(b"".join(words)))
    alone, together = (
        outcome([path], tmp_path, threads=threads, max_table=1000) for threads in (1, 3)
    )
    assert alone == together


def test_what_a_slow_pipe_sends_is_counted_as_it_comes(tmp_path, monkeypatch):
    """Not when the next block is there, which may take hours."""
    small_blocks(monkeypatch, 1000, 100)
    path = tmp_path / "pipe"
    os.mkfifo(path)
    told, seen = threading.Condition(), []

    def send():
        n_sent = 0
        with open(path, "wb", buffering=0) as pipe:
            for n_words in (8000, 112, 112, 112):  # the first 64 KB are looked at before all
                pipe.write(b"12345678 " * n_words)
                n_sent += n_words
                with told:
                    assert told.wait_for(lambda least=n_sent - 250: max([0, *seen]) >= least, 60)

    def progress(_stage, tokens, _total, **_share):
        with told:
            seen.append(tokens)
            told.notify_all()

    sender = threading.Thread(target=send)
    sender.start()
    counts = count_text([str(path)], TextConfig(threads=3), progress=progress)
    sender.join()
    assert counts.facts.tokens_read == 8336


def test_a_pipe_in_threads_is_a_file_in_one(tmp_path):
    """Through the command, with words enough for several blocks."""
    text = b"".join(b"w%d %x\n" % (n * n % 50_021, n % 999) for n in range(400_000))
    (tmp_path / "text").write_bytes(text)
    printed = [
        subprocess.run(
            [*COMMAND, "vocab", path, "-j", threads, "-q"],
            input=sent,
            capture_output=True,
            check=True,
            timeout=120,
        ).stdout
        for path, threads, sent in (
            (str(tmp_path / "text"), "1", b""),
            ("-", "3", text),
            ("-", "2", gzip.compress(text, 1)),
        )
    ]
    assert printed[0].count(b"\n") > 20_000
    assert printed[0] == printed[1] == printed[2]


def test_an_interrupt_ends_a_command_that_waits_for_a_pipe(tmp_path):
    command = [*COMMAND, "vocab", "-", "-j", "3", "-o", str(tmp_path / "out")]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        process.stdin.write(b"some words\n" * 500_000)
        process.stdin.flush()  # all but what a pipe holds was read: it is at work
        time.sleep(0.3)
        started = time.monotonic()
        process.send_signal(signal.SIGINT)
        error = process.stderr.read()
        assert process.wait(60) == 130, error
        assert time.monotonic() - started < 20
        assert b"Traceback" not in error
    assert not (tmp_path / "out").exists()
