"""The arithmetic of a step, by vector instructions or by plain loops: whichever `host` chooses."""

from .host import chosen

if chosen() == "portable":
    from . import portable as chosen_backend
else:
    from . import vector as chosen_backend  # type: ignore[no-redef]

WIDTH = chosen_backend.WIDTH
LANES = chosen_backend.LANES
MAX_TILE = chosen_backend.MAX_TILE
PATH_TILES = chosen_backend.PATH_TILES
KEEPS_INPUTS = chosen_backend.KEEPS_INPUTS
multiply = chosen_backend.multiply
logistic = chosen_backend.logistic
update = chosen_backend.update
multiply_bag = chosen_backend.multiply_bag
update_bag = chosen_backend.update_bag
exponentials = chosen_backend.exponentials
mean_of_list = chosen_backend.mean_of_list
add_to_list = chosen_backend.add_to_list
mean_of_places = chosen_backend.mean_of_places
add_to_places = chosen_backend.add_to_places
prefetch = chosen_backend.prefetch
prefetch_early = chosen_backend.prefetch_early
pair_products = chosen_backend.pair_products
pair_update = chosen_backend.pair_update
product_of_pair = chosen_backend.product_of_pair
update_pair = chosen_backend.update_pair
prefetch_list = chosen_backend.prefetch_list
new_losses = chosen_backend.new_losses
take_losses = chosen_backend.take_losses


def tile_for(n_outputs):
    """A tile for that many outputs: as wide as leaves the fewest lanes idle.

    Returns
    -------
    tuple   of zeros; its length, 1 to MAX_TILE, is what counts
    """
    return (0,) * min(range(MAX_TILE, 0, -1), key=lambda size: -(-n_outputs // size) * size)
