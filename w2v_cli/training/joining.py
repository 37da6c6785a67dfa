"""Phrases joined in a corpus that is to be trained on, before its vocabulary is cut."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from ..corpus.encoded import EncodedCorpus, encode
from ..corpus.spool import NOT_A_WORD
from ..corpus.vocabulary import Vocabulary, no_word_left
from ..phrases.config import PhraseConfig
from ..phrases.corpus import CorpusIds, doubled_note, gaps_note
from ..phrases.finding import least_count
from ..phrases.table import no_phrases_note

if TYPE_CHECKING:
    from ..corpus.archive import Archive
    from ..corpus.facts import CountedText, TextFacts
    from ..phrases.wanted import WantedPhrases
    from .request import Request
    from .watch import Watch

    Joined = tuple[EncodedCorpus, Vocabulary, dict[str, Any]]


def join_counted(counted: CountedText, request: Request, progress: Watch) -> Joined:
    """Join the phrases of a request in a text that was counted; its spools are taken over.

    Returns
    -------
    corpus : EncodedCorpus
    vocabulary : Vocabulary   words and phrases
    facts : dict              what `TextFacts` has as ``phrases``

    Raises
    ------
    InputError   if no word is frequent enough
    """
    source, least, keep = _wanted(request).source, request.config.min_count, _known(request)
    if isinstance(source, PhraseConfig):
        least = min(least, least_count(source))
    else:
        keep |= {word for row in source for word in row.words}
    if request.vocabulary is not None:
        keep |= set(request.vocabulary.words)
    ids = CorpusIds.of_text(counted, least, keep)
    try:
        if not ids.words:
            raise no_word_left(request.config.min_count, counted.highest())
        return _joined(ids, request, progress)
    except BaseException:
        ids.close()
        raise


def join_archive(archive: Archive, request: Request, progress: Watch) -> Joined:
    """Likewise in an encoded corpus, which is closed; see `join_counted`."""
    if note := gaps_note(archive.facts.tokens_read, archive.corpus.n_tokens):
        progress.warn(note)
    ids = CorpusIds.of_archive(archive, request.folder, progress)
    try:
        return _joined(ids, request, progress, archive.facts.vocabulary_given)
    except BaseException:
        ids.close()
        raise


def is_joined(wanted: WantedPhrases, facts: TextFacts) -> bool:
    """Whether phrases were joined in an encoded corpus already."""
    return facts.phrases is not None and facts.phrases.get("asked") == wanted.name


def _joined(ids, request, progress, takes_all=False):
    name, source = _wanted(request)
    if isinstance(source, PhraseConfig):
        source = ids.find(source, request.config.threads, progress)
    else:
        ids.join(source)
    if note := no_phrases_note(source, name):
        progress.warn(note)
    words, counts, places, doubled = ids.named()
    if note := doubled_note(doubled):
        progress.warn(note)
    progress.say(f"joined {ids.n_joined:,} phrases, {ids.n_phrases:,} different ones")
    vocabulary = request.vocabulary
    if vocabulary is None:
        config = request.config
        min_count, most = (1, None) if takes_all else (config.min_count, config.max_vocab)
        vocabulary = Vocabulary.from_counts(words, counts, min_count, most, _known(request))
    place_of_word = np.append(vocabulary.ids(words), np.int32(NOT_A_WORD))
    corpus = encode([ids.spool], [place_of_word[places]])
    return corpus, vocabulary, {"asked": name, "joined": ids.n_joined}


def _wanted(request: Request) -> WantedPhrases:
    assert request.phrases is not None
    return request.phrases


def _known(request):
    """The words of vectors to go on from, which are in wherever they occur."""
    return set(request.old.words) if request.old else set()
