"""Vector instructions: the arithmetic of a step, written for the registers of the processor.

Numba's compiler must assume that arrays overlap and so does not keep sums in registers. Each
function here builds its own instructions instead, on vectors of WIDTH floats. `portable` has the
same functions as plain loops; what they compute is described there.
"""

from .emit import MAX_TILE, WIDTH
from .lists import add_to_list, add_to_places, mean_of_list, mean_of_places, weighted_mean
from .pairs import pair_products, pair_update, product_of_pair, update_pair
from .probabilities import exponentials, logistic, new_losses, take_losses
from .products import multiply, update, update_inputs, update_outputs
from .rows import add_difference, mean_of_rows, prefetch, prefetch_list

__all__ = [
    "MAX_TILE",
    "WIDTH",
    "add_difference",
    "add_to_list",
    "add_to_places",
    "exponentials",
    "logistic",
    "mean_of_list",
    "mean_of_places",
    "mean_of_rows",
    "multiply",
    "new_losses",
    "pair_products",
    "pair_update",
    "prefetch",
    "prefetch_list",
    "product_of_pair",
    "take_losses",
    "update",
    "update_inputs",
    "update_outputs",
    "update_pair",
    "weighted_mean",
]
