"""The passes of a decomposition, in pieces that threads share: see `svd`.

Pass 0 multiplies the random columns by M, pass 1 the result by its transpose, and so on. Of each
pass there is a chunk for some columns at a time, which all may be worked at side by side, and one
that ends it: it makes the columns orthonormal, or decomposes what has come out.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ..base import Chunk

ROUNDS = 3
"""Of two passes each, between the first one and the last; see benchmarks/RESULTS.md."""
N_PASSES = 2 * ROUNDS + 2


@dataclass(frozen=True)
class PassChunk(Chunk):
    """A piece of a pass.

    Attributes
    ----------
    number : int          of the pass, from 0
    block : int or None   of columns; None ends the pass
    tokens : int          words of the text that it stands for
    """

    number: int = 0
    block: int | None = None
    tokens: int = 0


class PassSchedule:
    """All pieces of all passes; see `base.Schedule`.

    Parameters
    ----------
    n_blocks : int   of columns
    n_tokens : int   words of the text
    """

    n_epochs = 1

    def __init__(self, n_blocks: int, n_tokens: int) -> None:
        self._n_blocks, self.n_tokens = n_blocks, n_tokens

    def __len__(self) -> int:
        return N_PASSES * (self._n_blocks + 1)

    def __getitem__(self, number: int) -> PassChunk:
        of_pass, block = divmod(number, self._n_blocks + 1)
        # What ends a pass takes little time.
        n_before, n_all = of_pass * self._n_blocks + block, N_PASSES * self._n_blocks
        is_end = block == self._n_blocks
        n_behind = n_before + (not is_end)
        tokens = n_behind * self.n_tokens // n_all - n_before * self.n_tokens // n_all
        return PassChunk(
            epoch=0,
            start=0,
            stop=0,
            lr=0.0,
            seed=0,
            number=of_pass,
            block=None if is_end else block,
            tokens=tokens,
        )

    def epoch_end(self, number: int) -> int:
        """The number behind the last chunk: there is one epoch."""
        return len(self)

    def model_end(self, number: int) -> int:
        """Likewise."""
        return len(self)

    def before(self, number: int) -> Sequence[int]:
        """The end of the pass before; of an end, all columns of its pass."""
        of_pass, block = divmod(number, self._n_blocks + 1)
        if block == self._n_blocks:
            return range(number - self._n_blocks, number)
        return [of_pass * (self._n_blocks + 1) - 1] if of_pass else []
