"""The road from a corpus to its counts of pairs."""

from __future__ import annotations

from ..cooccurrence.counting import count_pairs, plan_counting
from ..cooccurrence.countsfile import CountsFile
from ..cooccurrence.space import check_disk, told
from ..cooccurrence.table import CountRule
from ..corpus.vocabulary import Vocabulary
from .prepare import prepare
from .report import Report, Silence
from .request import Request


def counted_pairs(
    request: Request,
    rule: CountRule,
    report: Report | None = None,
    output: str | None = None,
) -> tuple[CountsFile, Vocabulary]:
    """Count the pairs of a corpus.

    Parameters
    ----------
    request : Request         says which corpus; nothing is trained
    rule : CountRule
    report : Report or None   is told what the user should know
    output : str or None      the folder where a file of all pairs is to be, if there will be one

    Returns
    -------
    counted : CountsFile
    vocabulary : Vocabulary   of the text; its counts are those of ``vocab`` if there was one

    Raises
    ------
    InputError, OutputError   as `prepare`; or the disk has no room for what counting takes
    ConfigError, MemoryShortageError   as `plan_counting`
    """
    report = report or Silence()
    prepared = prepare(request, report, takes_counts=False)
    vocabulary, folder = prepared.vocabulary, request.folder
    with prepared.corpus as corpus:
        plan = plan_counting(
            vocabulary.counts, corpus.n_tokens, rule, threads=request.config.threads
        )
        check_disk(plan.need, folder, output)
        report.say(told(plan.need, folder, output))
        table = count_pairs(
            corpus, vocabulary.words, vocabulary.counts, rule, folder=folder, plan=plan,
            progress=report,
        )  # fmt: skip
        return CountsFile(table, prepared.facts, prepared.digest()), vocabulary
