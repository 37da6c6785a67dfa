"""Chunks that wait for others: so threads share what a schedule lets them, and nothing else."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from ..methods.base import Chunk, Engine, Schedule


class Turns:
    """Numbered calls that come after others; those below ``first`` are over.

    Numbers are to be taken in their order, so that one that is waited for is under way.
    """

    def __init__(self, first: int) -> None:
        self._first = first
        self._over: set[int] = set()
        self._changed = threading.Condition()

    @contextmanager
    def of(self, number: int, before: Iterable[int]) -> Iterator[None]:
        """A context that is entered when all calls of ``before`` are over."""
        waited = [each for each in before if each >= self._first]
        with self._changed:
            self._changed.wait_for(lambda: self._over.issuperset(waited))
        try:
            yield
        finally:  # after an error, too: who waits would wait for ever
            with self._changed:
                self._over.add(number)
                self._changed.notify_all()


def in_turn(
    schedule: Schedule, engine: Engine, first: int = 0
) -> Callable[[int], tuple[Chunk, Any]]:
    """A function that trains the chunk of a number, when those it has to wait for are trained.

    It returns the chunk, and what `Engine.train` returns of it. Those below ``first`` are trained.
    """
    turns = Turns(first)

    def train(number: int) -> tuple[Chunk, Any]:
        chunk = schedule[number]
        with turns.of(number, schedule.before(number)):
            return chunk, engine.train(chunk)

    return train
