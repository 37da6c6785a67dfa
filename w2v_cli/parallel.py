"""Work in threads: numbered calls, and blocks that are read ahead of their use."""

import threading
from collections import deque
from queue import Full, Queue, SimpleQueue

BLOCKS_AHEAD = 4
POLL_SECONDS = 0.1


def in_threads(function, n_calls, n_threads, stop=None, patience=None):
    """Yield function(0) to function(n_calls - 1) as they finish, run by threads in that order.

    If a call raises, or the caller stops early (Ctrl-C), the threads end after the call they are
    in, and no thread is left behind. Long calls may look at ``stop``, an Event, and end sooner;
    those that may wait for a pipe for ever are left alone after ``patience`` seconds.

    One thread is the calling one: a signal interrupts it even while it waits.
    """
    if n_threads == 1:
        yield from map(function, range(n_calls))
        return
    numbers, lock, results = iter(range(n_calls)), threading.Lock(), SimpleQueue()
    stop = stop or threading.Event()
    work = (function, numbers, lock, results, stop)
    threads = [threading.Thread(target=_work, args=work, daemon=True) for _ in range(n_threads)]
    try:
        for thread in threads:
            thread.start()
        for _ in range(n_calls):
            result, error = results.get()
            if error is not None:
                raise error
            yield result
    finally:
        stop.set()
        for thread in threads:
            if thread.ident is not None:
                thread.join(patience)


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
    while not stop.is_set():
        with lock:
            number = next(numbers, None)
        if number is None:
            return
        try:
            results.put((function(number), None))
        except Exception as error:  # noqa: BLE001 - handed over to the calling thread
            results.put((None, error))


def read_ahead(blocks):
    """Yield what an iterable yields, which a thread takes from it meanwhile.

    The thread is a daemon that nobody waits for: it may hang in reading a pipe for ever.
    """
    queue, stop = Queue(BLOCKS_AHEAD), threading.Event()
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
