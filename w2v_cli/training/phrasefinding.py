"""The road from a corpus to its phrases."""

from __future__ import annotations

from contextlib import closing

from ..corpus.archive import is_archive, open_archive
from ..corpus.counting import count_text
from ..corpus.facts import TextFacts
from ..corpus.texts import count_texts
from ..corpus.tokens import count_tokens
from ..corpus.vocabulary import Vocabulary
from ..errors import field
from ..phrases.config import PhraseConfig
from ..phrases.corpus import CorpusIds, gaps_note
from ..phrases.finding import least_count
from ..phrases.table import Phrases
from .prepare import (
    check_not_empty,
    check_text_options,
    check_token_options,
    chosen_sources,
    number_of,
    tell_reading,
    tell_remarks,
)
from .report import Report, Silence
from .request import Request
from .watch import Watch


def find_phrases(
    request: Request, config: PhraseConfig, report: Report | None = None
) -> tuple[Phrases, TextFacts, str]:
    """Find phrases in a corpus.

    Parameters
    ----------
    request : Request         says which corpus; nothing is trained
    config : PhraseConfig
    report : Report or None   is told what the user should know

    Returns
    -------
    phrases : Phrases
    facts : TextFacts
    number : str              how many files were read, as part of a message

    Raises
    ------
    ConfigError   if text options do not go with the corpus
    InputError    if it cannot be read, or is empty
    OutputError   if the ids cannot be kept
    """
    watch = Watch(report or Silence())
    number = ""
    if request.sentences is not None:
        check_token_options(request.text)
        counted = count_tokens(request.sentences, request.text, request.folder, watch)
        ids, facts = _ids_of(counted, "the sentences", request, config, watch), counted.facts
    elif request.texts is not None:
        counted = count_texts(request.texts, request.text, request.folder, watch)
        ids, facts = _ids_of(counted, "the texts", request, config, watch), counted.facts
    elif len(request.paths) == 1 and is_archive(request.paths[0]):
        ids, facts = _ids_of_archive(request, watch)
    else:
        sources = chosen_sources(request.paths, request.glob, request.text, watch)
        counted = count_text(sources.files, request.text, request.folder, watch)
        ids, facts = _ids_of(counted, sources.name, request, config, watch), counted.facts
        number = number_of(sources)
        if ids.words:
            vocabulary = Vocabulary.from_counts(ids.words, ids.counts[:-1], 1)
            tell_remarks(counted, vocabulary, sources, watch)
    tell_reading(facts, watch)
    with closing(ids):
        found = ids.find(config, request.text.threads, watch, joins=False)
    if not found:
        threshold = config.threshold_of_passes[0]
        watch.warn(
            f"no phrase has a score above {threshold:g}; give a lower {field('threshold')} or "
            f"{field('min_count')}, or more text"
        )
    return found, facts, number


def _ids_of(counted, name, request, config, progress):
    """The `CorpusIds` of a text that was counted."""
    try:
        check_not_empty(counted, name)
        if request.text.dedup:
            counted.drop_repeats(request.folder, progress)
        return CorpusIds.of_text(counted, least_count(config))
    except BaseException:
        counted.close()
        raise


def _ids_of_archive(request, watch):
    """(ids, facts) of an encoded corpus."""
    [path] = request.paths
    archive = open_archive(path)
    try:
        check_text_options(path, request.text, archive.facts.text)
        if note := gaps_note(archive.facts.tokens_read, archive.corpus.n_tokens):
            watch.warn(note)
        return CorpusIds.of_archive(archive, request.folder, watch), archive.facts
    except BaseException:
        archive.corpus.close()
        raise
