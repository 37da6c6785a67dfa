"""One task of one program on one set of vectors, timed: a child process of queries.py.

    python benchmarks/queryprograms.py PROGRAM TASK SPEC.json

It needs only what the program itself needs, so that a peer may have an environment of its own.
Prints one JSON object: seconds to open, seconds and processor seconds of the task for each unit of
it (a query, a question, a file of pairs), how many units were done, peak memory in MB, and what
came out, by which programs are compared.
"""

import json
import resource
import sys
import time
import warnings

import numpy as np

TOPN = 10
FEW = 15
"""Single queries; the median of them counts."""
PATIENCE = 6.0
"""Seconds after which a program that goes through queries one by one stops."""


class OfW2V:
    """The library of this project."""

    def __init__(self, spec):
        sys.path.insert(0, spec["root"])
        from w2v_cli.formats.reading import read_embeddings

        self.spec = spec
        self.embeddings = read_embeddings(spec["w2v"])

    def one(self, row):
        query = self.embeddings.unit(np.array([row]))
        return self.embeddings.nearest(query, TOPN, [[row]])[0].tolist()

    def many(self, rows):
        found = self.embeddings.nearest(self.embeddings.unit(rows), TOPN, [[row] for row in rows])
        return len(rows), found[0].tolist()

    def analogies(self):
        from w2v_cli.evaluation.analogies import evaluate_analogies
        from w2v_cli.evaluation.questions import read_questions

        sections = read_questions(self.spec["questions"])
        total = evaluate_analogies(self.embeddings, sections, threads=self.spec["threads"]).total
        return total.asked, round(total.accuracy, 4)

    def similarity(self):
        from w2v_cli.evaluation.pairs import read_pairs
        from w2v_cli.evaluation.similarity import evaluate_similarity

        files = [read_pairs(path) for path in self.spec["pairs"]]
        scores = evaluate_similarity(self.embeddings, files)
        return len(files), [round(each.spearman, 4) for each in scores.files]


class OfGensim:
    """KeyedVectors; what it answers with, where it lies, mapped."""

    def __init__(self, spec):
        from gensim.models import KeyedVectors

        self.spec = spec
        self.keyed = KeyedVectors.load(spec["gensim"], mmap="r")
        self.keyed.fill_norms()

    def one(self, row):
        word = self.keyed.index_to_key[row]
        found = self.keyed.most_similar(word, topn=TOPN)
        return [[self.keyed.key_to_index[word] for word, _ in found]]

    def many(self, rows):
        found, start = [], time.perf_counter()
        for row in rows:
            found += self.one(row)
            if time.perf_counter() - start > PATIENCE:
                break
        return len(found), found

    def analogies(self):
        n_rows = len(self.keyed)
        _, sections = self.keyed.evaluate_word_analogies(
            self.spec["gensim_questions"], restrict_vocab=n_rows
        )
        n_correct, n_wrong = (len(sections[-1][key]) for key in ("correct", "incorrect"))
        asked = n_correct + n_wrong
        return asked, round(n_correct / asked, 4)

    def similarity(self):
        files, n_rows = self.spec["pairs"], len(self.keyed)
        found = [self.keyed.evaluate_word_pairs(path, restrict_vocab=n_rows) for path in files]
        return len(files), [round(float(each[1].statistic), 4) for each in found]


class OfFaiss:
    """The flat index of inner products, of rows of length 1."""

    def __init__(self, spec):
        import faiss

        self.spec = spec
        faiss.omp_set_num_threads(spec["threads"])
        self.index = faiss.read_index(spec["faiss"])
        rows = faiss.rev_swig_ptr(self.index.get_xb(), self.index.ntotal * self.index.d)
        self.rows = rows.reshape(self.index.ntotal, self.index.d)

    def one(self, row):
        return self.many([row])[1]

    def many(self, rows):
        _, found = self.index.search(self.rows[rows], TOPN + 1)
        kept = [
            [other for other in of if other != row]
            for row, of in zip(rows, found.tolist(), strict=True)
        ]
        return len(rows), [of[:TOPN] for of in kept]

    def analogies(self):
        a, b, c, expected = np.array(self.spec["faiss_questions"]).T
        _, found = self.index.search(self.rows[b] + self.rows[c] - self.rows[a], 4)
        allowed = (found[:, :, None] != np.stack((a, b, c), axis=1)[:, None]).all(axis=2)
        best = found[np.arange(len(a)), allowed.argmax(axis=1)]
        return len(a), round(float((best == expected).mean()), 4)


PROGRAMS = {"w2v": OfW2V, "gensim": OfGensim, "faiss": OfFaiss}


def clock():
    return np.array([time.perf_counter(), time.process_time()])


def main():
    warnings.simplefilter("ignore")
    name, task, path = sys.argv[1:]
    with open(path) as file:
        spec = json.load(file)
    before = clock()
    program = PROGRAMS[name](spec)
    opened = clock() - before
    if task == "one":
        times, found = [], []
        for row in spec["rows"][:FEW]:
            start = clock()
            found += program.one(row)
            times.append(clock() - start)
        first, seconds, n_units = times[0][0], np.median(times[1:], axis=0), 1
    else:
        start = clock()
        n_units, found = program.many(spec["rows"]) if task == "many" else getattr(program, task)()
        seconds = (clock() - start) / n_units
        first = None
    megabytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000
    result = {"open": opened[0], "wall": seconds[0], "cpu": seconds[1], "units": n_units}
    print(json.dumps({**result, "first": first, "memory": megabytes, "found": found}))


if __name__ == "__main__":
    main()
