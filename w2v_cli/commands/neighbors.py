"""``w2v neighbors``: the words nearest to a word or an expression, and how alike words are."""

import click

from ..errors import InputError
from ..files.paths import STDIO
from ..terminal.checks import check_outputs
from ..terminal.command import Command, exclusive
from ..terminal.forms import SOLR, TABLE, form_asked, form_options
from ..terminal.help.completion import FILE
from ..terminal.help.headings import Heading, option
from ..terminal.options.vectors import (
    answer_rows_option,
    compose_option,
    near_case_option,
    read_vectors,
    reading_options,
    warn_of_order,
)
from ..terminal.printing import form_of_output
from ..terminal.questioning import answer
from ..terminal.ranges import FloatRange
from ..terminal.spaces import check_space, paths_of, rows_beyond, take_spaces

EXAMPLES = """
  w2v neighbors vectors.bin king "king - man + woman" "2*paris - 'new york'"
  cut -f1 words.tsv | w2v neighbors vectors.bin --tsv -k 5
  w2v neighbors vectors.bin --similarity king queen paris london
  w2v neighbors vectors.bin --odd-one-out breakfast cereal dinner lunch
  w2v neighbors en=en.w2v de=de.w2v en:dog --in de
  w2v neighbors vectors.bin < words.txt 2> unknown.txt > neighbors.tsv"""


@click.command(cls=Command, has_headings=True, examples=EXAMPLES)
@click.argument("vectors", type=FILE, metavar="VECTORS|NAME=VECTORS...")
@click.argument("queries", metavar="[QUERY]...", nargs=-1)
@option(
    "-k",
    "--topn",
    heading=Heading.QUESTION,
    type=click.IntRange(min=1),
    default=10,
    show_default=True,
    metavar="N",
    help="Neighbors of each query.",
)
@option(
    "--similarity",
    heading=Heading.QUESTION,
    is_flag=True,
    help="Print how alike words are (cosine): the first QUERY and the second, the third and the "
    "fourth; or the two words in each line.",
)
@option(
    "--odd-one-out",
    heading=Heading.QUESTION,
    is_flag=True,
    help="Print which QUERY, or which word of each line, fits the others least.",
)
@option(
    "--restrict-vocab",
    heading=Heading.ANSWERS,
    type=click.IntRange(min=1),
    metavar="N",
    help="Answer with the first N words of the file only: 20000, say, leaves out rare junk.  "
    "[default: all]",
)
@option(
    "--min-count",
    heading=Heading.ANSWERS,
    type=click.IntRange(min=1),
    metavar="N",
    help="Answer with words seen at least N times only; needs counts.",
)
@option(
    "--vocab",
    heading=Heading.ANSWERS,
    type=FILE,
    help="Counts for --min-count and --counts, 'word count' lines; those with the vectors if not "
    "given.",
)
@option(
    "--not-word",
    "not_words",
    heading=Heading.ANSWERS,
    multiple=True,
    type=FILE,
    help="Never answer with the words in FILE, one a line; may be repeated.",
)
@option(
    "--in",
    "space",
    heading=Heading.ANSWERS,
    metavar="NAME",
    help="Answer with words of this space only, of several NAME=VECTORS.",
)
@option(
    "--min-score",
    heading=Heading.ANSWERS,
    type=FloatRange(-1, 1),
    metavar="X",
    help="Answer with words of at least this cosine only.",
)
@option(
    "--mutual",
    heading=Heading.ANSWERS,
    is_flag=True,
    help="Answer with words only that have the query among their own N neighbors (-k).",
)
@near_case_option(Heading.QUESTION)
@compose_option(Heading.QUESTION)
@option(
    "--index",
    heading=Heading.ANSWERS,
    type=FILE,
    help="Search approximately, with an index of the same VECTORS built by w2v index.",
)
@answer_rows_option()
@option("--json", heading=Heading.OUTPUT, is_flag=True, help="Print one JSON object a query.")
@option(
    "--solr",
    heading=Heading.OUTPUT,
    is_flag=True,
    help="Print lines of synonyms for Solr, Elasticsearch and OpenSearch: 'a => a, b'; with "
    "--mutual groups of words that all are neighbors of each other, 'a, b, c'.",
)
@form_options
@option(
    "--counts",
    heading=Heading.OUTPUT,
    is_flag=True,
    help="Print how often each neighbor was seen, as tables do where the vectors have counts.",
)
@reading_options
@exclusive("--tsv", "--csv", "--json", "--solr")
@exclusive("--similarity", "--odd-one-out", "--counts", "--mutual")
@exclusive("--similarity", "--odd-one-out", "--solr")
@exclusive("--similarity", "--odd-one-out", "--min-score")
@exclusive("--counts", "--solr")
@click.pass_context
def neighbors(ctx, vectors, queries, similarity, odd_one_out, **options):
    """Print the words nearest to each QUERY by cosine.

    A QUERY is a word, or an expression such as "king - man + 2*woman"; its own words are left out
    of the answer. 'new york' in quotes is one word in an expression, and so is any other that could
    be misread. A word without a vector is made of its n-grams, if VECTORS has some, and that is
    told. Without QUERY, queries are read from standard input, one a line, or typed at a
    prompt on a terminal.

    VECTORS is a file of word vectors in any format that w2v convert reads: word2vec text or binary,
    .w2v, GloVe, fastText, safetensors, NumPy; plain, compressed or in a ZIP archive; - is standard
    input. Several, each with a name, are one space: w2v neighbors en=en.w2v de=de.w2v en:dog. Words
    have the name of their file before them; the files must be aligned already (w2v align, or w2v
    train --freeze outputs).
    """
    joined, queries = take_spaces([vectors, *queries])
    vectors, queries = (joined, queries) if joined else (vectors, queries[1:])
    if options["space"] is not None:
        check_space(vectors, options["space"], "--in")
    if vectors == STDIO and not queries:
        raise click.UsageError("VECTORS is standard input, so give the queries as arguments")
    if similarity and len(queries) % 2:
        raise click.UsageError(
            f"--similarity takes words by twos, and here are {len(queries)}; "
            "give one more, or one less"
        )
    form = form_asked(options, form_of_output(options["output"]))
    _check_files(vectors, options)
    embeddings = _with_counts(vectors, options, form.name == TABLE)
    mode = _mode(embeddings, vectors, similarity, odd_one_out, form, options)
    answer(mode, queries, form)
    if not mode.asker.all_answered:
        ctx.exit(1)


def _check_files(vectors, options):
    lists = [path for path in (options["vocab"], *options["not_words"]) if path]
    inputs = {"the file of vectors": paths_of(vectors), "a list of words": lists}
    inputs["the index"] = [options["index"]] if options["index"] else []
    check_outputs([options["output"]], inputs)


def _with_counts(vectors, options, if_known):
    """The vectors, with the counts that the options ask for, or (``if_known``) those there are."""
    wanting = [name for name in ("--min-count", "--counts") if options[name[2:].replace("-", "_")]]
    given = options["vocab"]
    if given is not None and not wanting:
        raise click.UsageError(
            "--vocab gives the counts for --min-count and --counts; give one of them too"
        )
    reads_counts = given is None and bool(wanting or if_known)
    embeddings = read_vectors(
        vectors,
        options["encoding_errors"],
        reads_counts,
        options["encoding"],
        options["compose"],
    )
    if given is not None:
        from ..corpus.countfiles import read_counts
        from ..embeddings.restriction import counts_by_row

        return embeddings.with_counts(counts_by_row(embeddings, read_counts([given])))
    if wanting and embeddings.counts is None:
        raise InputError(
            f"{vectors}: comes without counts, so {wanting[0]} needs --vocab FILE of 'word count' "
            "lines"
        )
    return embeddings


def _mode(embeddings, vectors, similarity, odd_one_out, form, options):
    """What answers the queries."""
    from ..embeddings.mutual import Mutual
    from ..embeddings.queries import WordFinder
    from ..terminal.answers import Asker, Neighbors, OddOneOut, Similarity
    from ..terminal.synonyms import Synonyms

    asker = Asker(WordFinder(embeddings, options["ignore_case"]))
    if similarity:
        return Similarity(asker)
    if odd_one_out:
        return OddOneOut(asker)
    restriction = _restriction(embeddings, vectors, options)
    searcher = embeddings
    least = options["min_score"]
    if options["index"] is not None:
        from ..embeddings.index import read_index

        searcher = read_index(options["index"], embeddings)
    has_counts = options["counts"] or form.name == TABLE
    answering = Synonyms if form.name == SOLR else Neighbors
    return answering(
        asker,
        searcher,
        restriction,
        options["topn"],
        embeddings.counts if has_counts else None,
        min_score=-1.0 if least is None else least,
        mutual=Mutual(embeddings, searcher, restriction) if options["mutual"] else None,
    )


def _restriction(embeddings, vectors, options):
    from ..corpus.countfiles import read_word_list
    from ..embeddings.restriction import restrict_answers

    not_words = [
        word for path in options["not_words"] for word in read_word_list(path, spaces=True)
    ]
    if len(embeddings) == 0:
        raise InputError(
            f"{vectors}: has n-grams and no words, so that none is near to another; "
            "w2v convert --words FILE gives words their vectors"
        )
    n_rows, min_count = options["restrict_vocab"], options["min_count"]
    warn_of_order(embeddings, vectors, n_rows)
    barred = () if options["space"] is None else rows_beyond(embeddings, options["space"])
    restriction = restrict_answers(
        embeddings, n_rows, min_count, not_words=not_words, not_rows=barred
    )
    if restriction.n_rows == 0:
        raise InputError(f"{vectors}: no word is left that could be an answer; restrict less")
    return restriction
