"""Vector instructions: the arithmetic of a step, written for the registers of the processor.

Numba's compiler must assume that arrays overlap and so does not keep sums in registers. Each
function here builds its own instructions instead, on vectors of WIDTH floats. `portable` has the
same functions as plain loops; what they compute is described there.
"""

from .bags import multiply_bag, update_bag
from .emit import KEEPS_INPUTS, LANES, MAX_TILE, PATH_TILES, WIDTH
from .fetching import prefetch, prefetch_early, prefetch_list
from .lists import add_to_list, add_to_places, mean_of_list, mean_of_places
from .pairs import pair_products, pair_update, product_of_pair, update_pair
from .probabilities import exponentials, logistic, new_losses, take_losses
from .products import multiply, update

__all__ = [
    "KEEPS_INPUTS",
    "LANES",
    "MAX_TILE",
    "PATH_TILES",
    "WIDTH",
    "add_to_list",
    "add_to_places",
    "exponentials",
    "logistic",
    "mean_of_list",
    "mean_of_places",
    "multiply",
    "multiply_bag",
    "new_losses",
    "pair_products",
    "pair_update",
    "prefetch",
    "prefetch_early",
    "prefetch_list",
    "product_of_pair",
    "take_losses",
    "update",
    "update_bag",
    "update_pair",
]
