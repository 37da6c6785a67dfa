"""In which tiles the kernel has outputs learn, for `reference.train`."""

from functools import partial

from support import reference

from w2v_cli.kernels.backend import KEEPS_INPUTS, PATH_TILES


def tiles_of(negative, tile):
    """in_tiles(loss, n_outputs) of `reference.train`, for steps with so many negatives."""
    return partial(_tiles, 1 + negative <= len(tile))


def _tiles(is_one, loss, n_outputs):
    if KEEPS_INPUTS:
        return []
    if loss == "hs":
        return reference.equal_tiles(PATH_TILES[0], PATH_TILES[-1], n_outputs)
    return [slice(0, n_outputs)] if loss == "ns" and is_one else []
