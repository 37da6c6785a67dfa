"""Work in threads: numbered calls, blocks that are read ahead of their use, and those of BLAS."""

import os
import threading
from collections import deque
from contextlib import contextmanager
from functools import cache
from queue import Full, Queue, SimpleQueue

BLOCKS_AHEAD = 4
POLL_SECONDS = 0.1
BLAS_THREADS = ("OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS")
"""Variables of the environment by which a user says how many threads BLAS has."""


def in_threads(function, numbers, n_threads, stop=None, patience=None):
    """Yield function(number) as they finish, for numbers that threads take in their order.

    ``numbers`` is an iterable that may end early: calls that have begun are finished and yielded.
    If a call raises, or the caller stops early (Ctrl-C), the threads end after the call they are
    in, and no thread is left behind. Long calls may look at ``stop``, an Event, and end sooner;
    those that may wait for a pipe for ever are left alone after ``patience`` seconds.

    One thread is the calling one: a signal interrupts it even while it waits.
    """
    if n_threads == 1:
        yield from map(function, numbers)
        return
    numbers, lock, results = iter(numbers), threading.Lock(), SimpleQueue()
    stop = stop or threading.Event()
    work = (function, numbers, lock, results, stop)
    threads = [threading.Thread(target=_work, args=work, daemon=True) for _ in range(n_threads)]
    try:
        _start(threads)
        working = n_threads
        while working:
            outcome = results.get()
            if outcome is None:
                working -= 1
                continue
            result, error = outcome
            if error is not None:
                raise error
            yield result
    finally:
        stop.set()
        for thread in threads:
            if thread.ident is not None:
                thread.join(patience)


def _start(threads):
    """Start threads; MemoryError if the system has no room for one more."""
    try:
        for thread in threads:
            thread.start()
    except RuntimeError as error:
        raise MemoryError(f"{error}; fewer threads need less") from error


def in_order(function, items, n_threads):
    """Yield function(item) for each item, in their order; a few calls run ahead, in threads.

    The items are taken by the calling thread. If a call raises, or the caller stops early, what
    was not begun is left out, and no thread is left behind.
    """
    from concurrent.futures import ThreadPoolExecutor

    pending = deque()
    with ThreadPoolExecutor(n_threads) as pool:
        try:
            for item in items:
                pending.append(pool.submit(function, item))
                if len(pending) > 2 * n_threads:
                    yield pending.popleft().result()
            while pending:
                yield pending.popleft().result()
        finally:
            for call in pending:
                call.cancel()


def _work(function, numbers, lock, results, stop):
    """Put (result, error) of each call, and None at the end."""
    while not stop.is_set():
        with lock:
            number = next(numbers, None)
        if number is None:
            break
        try:
            results.put((function(number), None))
        except Exception as error:  # noqa: BLE001 - handed over to the calling thread
            results.put((None, error))
    results.put(None)


class Background:
    """A call of function(stop) in a thread; ``stop`` is an Event after which nobody wants it."""

    def __init__(self, function):
        self._stop = threading.Event()
        self._outcome = Queue(1)
        self._thread = threading.Thread(target=self._call, args=(function,), daemon=True)
        self._thread.start()

    def result(self):
        """What the function returned, or raise what it raised; wait for that. To be called once."""
        value, error = self._outcome.get()
        if error is not None:
            raise error
        return value

    def end(self):
        """Ask the function to end, and wait until it has."""
        self._stop.set()
        self._thread.join()

    def _call(self, function):
        try:
            self._outcome.put((function(self._stop), None))
        except Exception as error:  # noqa: BLE001 - handed over to the calling thread
            self._outcome.put((None, error))


class Numbers:
    """Consecutive whole numbers, up to but without ``stop``; `pause` ends them before.

    Attributes
    ----------
    next : int   the first that has not been taken
    """

    def __init__(self, start, stop):
        self.next = start
        self._stop = stop
        self._paused = False

    def pause(self):
        """End the iteration that is under way; a new one goes on where it ended."""
        self._paused = True

    def __iter__(self):
        self._paused = False
        return self

    def __next__(self):
        if self._paused or self.next == self._stop:
            raise StopIteration
        self.next += 1
        return self.next - 1


def read_ahead(blocks, n_ahead=BLOCKS_AHEAD):
    """Yield what an iterable yields, which a thread takes from it meanwhile, ``n_ahead`` at most.

    The thread is a daemon that nobody waits for: it may hang in reading a pipe for ever.
    """
    queue, stop = Queue(n_ahead), threading.Event()
    threading.Thread(target=_fill, args=(queue, stop, blocks), daemon=True).start()
    try:
        while True:
            block, error = queue.get()
            if error is not None:
                raise error
            if block is None:
                return
            yield block
    finally:
        stop.set()


def _fill(queue, stop, blocks):
    try:
        for block in blocks:
            if not _put(queue, stop, (block, None)):
                return
        _put(queue, stop, (None, None))
    except Exception as error:  # noqa: BLE001 - handed over to the reader
        _put(queue, stop, (None, error))


def _put(queue, stop, item):
    """Wait until there is room; False if nobody takes anything any more."""
    while not stop.is_set():
        try:
            queue.put(item, timeout=POLL_SECONDS)
        except Full:
            continue
        return True
    return False


@contextmanager
def one_blas_thread():
    """Keep NumPy's matrix products in the thread that asks for them, unless the user says other.

    For work that is cut into small products in threads of its own: between them the threads of
    BLAS wait by spinning. They take as much time again, and several times as much where other
    programs run. If several threads of a program ask for it, the first decides for all.
    """
    if any(os.environ.get(name) for name in BLAS_THREADS):
        yield
        return
    with _blas().limit(limits=1):
        yield


@cache
def _blas():
    """The libraries of BLAS that are loaded with NumPy.

    They are looked for once: that takes longer than to tell the labels of a short document.
    """
    import numpy  # noqa: F401 - it loads them
    from threadpoolctl import ThreadpoolController

    return ThreadpoolController().select(user_api="blas")
