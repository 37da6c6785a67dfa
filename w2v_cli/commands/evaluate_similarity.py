"""``w2v evaluate-similarity``: how well cosines agree with what people say of word pairs."""

import click

from ..errors import W2VError
from ..terminal.command import Command
from ..terminal.help.completion import FILE
from ..terminal.scoring import (
    COMMON_COLUMNS,
    check_usage,
    column_options,
    common_option,
    common_words,
    json_line,
    read_each,
    score_each,
    scoring_options,
    short_names,
    sort_files,
    tell,
    threshold_option,
    warn_of_composed,
    write_results,
)
from ..terminal.spaces import check_space, take_spaces
from ..terminal.tables import field_of, formatted, formatted_interval
from ..terminal.warnings import warn

COLUMNS = ("pairs", "spearman", "pearson", "used", "skipped")
INTERVALS = ("spearman_low", "spearman_high", "pearson_low", "pearson_high")
ROW_COLUMNS = (*COLUMNS, *INTERVALS, "vectors", "composed")

EXAMPLES = """
  w2v evaluate-similarity vectors.bin wordsim353.tsv men.txt simlex999.txt
  w2v evaluate-similarity vectors.bin men.txt --json | jq '.files[].spearman'
  w2v evaluate-similarity old.bin new.bin men.txt simlex999.txt
  w2v evaluate-similarity old.bin bert-base/ men.txt --common-vocabulary
  w2v evaluate-similarity vectors.bin ws353.csv --score-column "Human (mean)"
  w2v evaluate-similarity vectors.bin danish.csv --word-columns da1,da2
  w2v evaluate-similarity en=en.w2v de=de.w2v --spaces en,de pairs.tsv"""


@click.command("evaluate-similarity", cls=Command, examples=EXAMPLES)
@click.argument("files", type=FILE, metavar="VECTORS... PAIRS...", nargs=-1, required=True)
@click.option(
    "--pairs",
    type=FILE,
    multiple=True,
    help="A file of pairs, may be repeated; all arguments are VECTORS then.",
)
@click.option(
    "--spaces",
    metavar="A,B",
    help="With several NAME=VECTORS: the spaces of the first word of each pair, and of the second.",
)
@column_options
@scoring_options(ROW_COLUMNS)
@common_option
@threshold_option(
    "--min-correlation",
    -1,
    "Exit with code 1 if the mean of Spearman's correlations is below X, or a file has none.",
)
def evaluate_similarity(files, pairs, spaces, **options):
    """Score word vectors on word pairs that people scored.

    PAIRS are tables with two words and a score a line, in columns separated by tabs, semicolons,
    commas, bars, colons or spaces, with a header or without; lines that begin with # or % are
    comments. VECTORS and PAIRS are told apart by what is in them. Without PAIRS, standard input is
    read. Several VECTORS are put side by side. Files may be compressed, and one may be -, standard
    input.

    Columns are found by the header (word1, Human (mean)), else by what they hold: row numbers and
    parts of speech are no words, and raters count with their mean. The columns that were taken are
    told. Where that is not certain it is an error; --word-columns and --score-column name them.

    Pairs with an unknown word are skipped, unless VECTORS has n-grams to make it of; those without
    a score are left out, with a warning. Correlations are of the scores and the cosines of the
    other pairs: Spearman's by rank, equal ones with their mean rank, and Pearson's. There is none
    for fewer than two pairs or if all scores or all cosines are equal. Intervals are 95 %
    percentile bootstraps over the pairs, always with the same seed.

    Several files that are aligned already are one, each with its name before it: en=en.w2v
    de=de.w2v. With --spaces en,de the first word of each pair is looked up among the words of en,
    the second among those of de; without it, words stand as en:dog in PAIRS.
    """
    joined, files = take_spaces(files)
    files = [joined, *files] if joined else files
    vectors, tests = sort_files(files, pairs, "pairs")
    tests = check_usage(vectors, tests, "PAIRS", options)
    spaces = _names_of_spaces(joined, spaces)
    from ..evaluation.similarity import evaluate_similarity

    failures = []
    pair_files = _pair_files(tests, options, failures)
    told = [pair_file.told() for pair_file in pair_files]
    if spaces:
        pair_files = [pair_file.of_spaces(*spaces) for pair_file in pair_files]
    common = common_words(vectors, options, failures)
    case, rows = options["ignore_case"], None if common else options["restrict_vocab"]
    results = score_each(
        vectors,
        lambda embeddings: evaluate_similarity(embeddings, pair_files, rows, case),
        options,
        failures,
        told,
        common=common,
    )
    write_results(
        options,
        ROW_COLUMNS + COMMON_COLUMNS * bool(common),
        rows=lambda: _rows(results, common),
        objects=lambda: [
            json_line(path, scores, **(common.as_dict(path) if common else {}))
            for path, scores in results
        ],
        table=lambda: _table(*results) if len(results) == 1 else _side_by_side(results, common),
    )
    for path, scores in results:
        used = sum(score.used for score in scores.files)
        warn_of_composed(path, sum(score.composed or 0 for score in scores.files), used, "pairs")
        _judge(scores, options["min_correlation"], f"{path}: " if len(results) > 1 else "")
    tell(failures)


def _names_of_spaces(joined, spaces):
    """The two spaces of pairs, from ``A,B``; None without."""
    if spaces is None:
        return None
    names = [name.strip() for name in spaces.split(",")]
    if len(names) != 2:
        raise click.UsageError(f"--spaces {spaces}: two names are needed, such as en,de")
    for name in names:
        check_space(joined or "VECTORS", name, "--spaces")
    return names


def _pair_files(paths, options, failures):
    from ..evaluation.pairs import read_pairs

    columns = options["word_columns"], options["score_column"]
    found = read_each(paths, lambda path: read_pairs(path, *columns), failures)
    for pair_file in found:
        for message in pair_file.warnings():
            warn(message)
    return found


def _judge(scores, min_correlation, name):
    undefined = [score for score in scores.files if score.spearman is None]
    for score in undefined:
        message = (
            f"{name}{score.name} has no correlation: {score.used} pairs used, {score.skipped} "
            "skipped for unknown words, or all are equal"
        )
        if min_correlation is not None:
            raise W2VError(f"{message}; --min-correlation {min_correlation:g} is not reached")
        warn(message)
    mean = scores.mean("spearman")
    if min_correlation is not None and mean < min_correlation:
        raise W2VError(
            f"{name}the mean of Spearman's correlations {mean:.6g} is below "
            f"--min-correlation {min_correlation:g}"
        )


def _rows(results, common):
    for path, scores in results:
        words = common.as_dict(path).values() if common else ()
        for score in scores.files:
            correlations = map(field_of, (score.spearman, score.pearson))
            ends = [
                field_of(end)
                for ends in (score.spearman_interval, score.pearson_interval)
                for end in ends or (None, None)
            ]
            counts = score.used, score.skipped
            yield (score.name, *correlations, *counts, *ends, path, score.composed, *words)


def _table(result):
    scores = result[1]
    yield [*COLUMNS, "95 % interval (spearman)"]
    names = short_names([score.name for score in scores.files])
    for name, score in zip(names, scores.files, strict=True):
        correlations = [formatted(r, ".4f") for r in (score.spearman, score.pearson)]
        spread = formatted_interval(score.spearman_interval, ".3f")
        yield [name, *correlations, str(score.used), str(score.skipped), spread]
    if len(names) > 1:
        means = [formatted(scores.mean(name), ".4f") for name in ("spearman", "pearson")]
        used, skipped = (
            sum(getattr(score, name) for score in scores.files) for name in ("used", "skipped")
        )
        yield ["mean", *means, str(used), str(skipped), ""]


def _side_by_side(results, common):
    """Rows with two columns for each file of vectors: Spearman's correlation, and pairs used."""
    yield [
        "spearman",
        *(cell for name in short_names([r[0] for r in results]) for cell in (name, "used")),
    ]
    names = short_names([score.name for score in results[0][1].files])
    for number, name in enumerate(names):
        row = [name]
        for _, scores in results:
            score = scores.files[number]
            row += [formatted(score.spearman, ".4f"), str(score.used)]
        yield row
    if len(names) > 1:
        yield [
            "mean",
            *(cell for _, s in results for cell in (formatted(s.mean("spearman"), ".4f"), "")),
        ]
    if common:
        yield [
            "  words, in all",
            *(
                cell
                for path, _ in results
                for cell in (f"{common.n_words[path]:,}", f"{common.n_common:,}")
            ),
        ]
