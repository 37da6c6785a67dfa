"""A grid of settings to try: ``dim=50,100 window=5,10`` is all four combinations."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from itertools import product

from ..config import DEFAULTS, OWN_DEFAULTS, WHOLE_SENTENCE
from ..errors import ConfigError, field
from ..wording.nearnames import did_you_mean

TYPES = {
    "epochs": int,
    "hidden": int,
    "loss": str,
    "lr": float,
    "max_vocab": int,
    "negative": int,
    "ns_exponent": float,
    "sample": float,
    "vectors": str,
    "window": int,
    "x_max": float,
}
"""Of options whose default is None."""
NEVER = frozenset({"threads"})
BOOLEANS = {"true": True, "false": False}
LARGEST = 1000


def parse_grid(text):
    """The combinations that a grid stands for.

    Parameters
    ----------
    text : str   ``name=value,value`` for options of training, with spaces between

    Returns
    -------
    list of dict   field of TrainConfig -> value; the last name changes fastest

    Raises
    ------
    ConfigError   naming the part that cannot be
    """
    values = {}
    for part in text.split():
        name, equals, listed = part.partition("=")
        chosen = name.removeprefix("--").replace("-", "_")
        if chosen in NEVER:
            raise ConfigError(
                f"{field('grid')}: {name} is the same for all trials; give it beside the grid"
            )
        if chosen not in DEFAULTS or not equals:
            raise ConfigError(
                f"{field('grid')}: {part!r} is not an option of training with its values; "
                + _meant(chosen, name)
            )
        if chosen in values:
            raise ConfigError(
                f"{field('grid')}: {name} is there twice; give its values in one list"
            )
        values[chosen] = [_value(chosen, word, part) for word in listed.split(",")]
    return _combinations(values)


def grid_of(grid):
    """The combinations of a grid that is a text (see `parse_grid`), or dict of field to values.

    Raises
    ------
    ConfigError   naming the part that cannot be
    """
    if isinstance(grid, str):
        return parse_grid(grid)
    given = grid.items() if isinstance(grid, Mapping) else ()
    return _combinations({name: _listed(name, values) for name, values in given})


def _combinations(values):
    """All combinations of lists of values by name; ConfigError if there is no name."""
    if not values:
        raise ConfigError(f"{field('grid')} is empty; give options with values, such as dim=50,100")
    return [dict(zip(values, chosen, strict=True)) for chosen in product(*values.values())]


def _listed(name, values):
    """The values of an option as a list, numbers of NumPy as Python has them."""
    if name in NEVER or name not in DEFAULTS:
        raise ConfigError(
            f"{field('grid')}: {name} is no option to try; {_meant(str(name), str(name))}"
        )
    if isinstance(values, (str, bytes)) or not isinstance(values, Iterable):
        values = ()
    found = [value.item() if hasattr(value, "item") else value for value in values]
    if not found or None in found:
        raise ConfigError(f"{field('grid')}: {name} needs a list of values, such as [5, 10]")
    return found


def configs_of(grids, base, chosen=frozenset()):
    """The different TrainConfigs that grids make of one, in their order.

    Parameters
    ----------
    grids : list of list of dict   see `parse_grid`
    base : TrainConfig
    chosen : set of str            fields of it that were asked for; of others, each model that
                                   is tried has its own

    Returns
    -------
    names : list of str            fields that any grid names
    configs : list of TrainConfig

    Raises
    ------
    ConfigError   if a value is out of range, or there are too many
    """
    points = [point for grid in grids for point in grid]
    if len(points) > LARGEST:
        raise ConfigError(
            f"{field('grid')}: {len(points):,} combinations are more than {LARGEST:,}; "
            "give fewer values"
        )
    names = list(dict.fromkeys(name for point in points for name in point))
    configs = list(dict.fromkeys(_config_of(point, base, chosen) for point in points))
    return names, configs


def _config_of(point, base, chosen):
    own = {}
    if point.get("model", base.model) != base.model:
        own = {name: None for name in OWN_DEFAULTS[base.model] if name not in chosen}
    config = replace(base, **{**own, **point})
    config.check_chosen(point)
    return config


def _meant(chosen, name):
    known = [each.replace("_", "-") for each in DEFAULTS if each not in NEVER]
    near = did_you_mean(name.removeprefix("--"), known) if chosen not in DEFAULTS else ""
    return near or "write it as dim=50,100"


def _value(name, word, part):
    default = DEFAULTS[name]
    kind = TYPES.get(name, type(default))
    try:
        if kind is bool:
            return BOOLEANS[word]
        if name == "window" and word == WHOLE_SENTENCE:
            return word
        return kind(word)
    except (KeyError, ValueError):
        wanted = {bool: "true or false", int: "a whole number", float: "a number"}.get(kind, "text")
        wanted += f" or {WHOLE_SENTENCE}" if name == "window" else ""
        raise ConfigError(
            f"{field('grid')}: {part!r}: {field(name)} needs {wanted}, not {word!r}"
        ) from None
