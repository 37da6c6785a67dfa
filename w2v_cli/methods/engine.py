"""The engine of this machine's processors: threads that share the matrices, without locks."""

import time
from contextlib import nullcontext
from queue import SimpleQueue


class ThreadEngine:
    """Trains with one worker a thread; see `base.Engine`.

    Parameters
    ----------
    corpus : EncodedCorpus
    parameters : Parameters   that the workers change
    workers : list            of `kernels.Worker`, or others with the same methods
    """

    def __init__(self, corpus, parameters, workers):
        self.parameters = parameters
        self.n_threads = len(workers)
        self._corpus = corpus
        self._workers = workers
        self._idle = SimpleQueue()
        for worker in workers:
            self._idle.put(worker)

    def prepare(self, progress):
        """Have the kernel compiled, or loaded; returns the seconds it took."""
        worker = self._workers[0]
        if progress and not worker.is_compiled():
            progress("compile", 0, None)
        started = time.perf_counter()
        worker.compile()
        return time.perf_counter() - started

    def working(self):
        """A context that changes nothing."""
        return nullcontext()

    def train(self, chunk):
        """Train on a chunk with a worker that is idle."""
        worker = self._idle.get()
        try:
            ids = self._corpus.window(chunk.start, chunk.stop)
            return self._train(worker, ids, chunk)
        finally:
            self._idle.put(worker)

    def _train(self, worker, ids, chunk):
        """Have a worker train on what is in a chunk."""
        return worker.train(ids, chunk.lr, chunk.seed)

    def synchronise(self):
        """Add what each worker changed in its copies of hot rows to the shared rows."""
        for worker in self._workers:
            worker.merge()
