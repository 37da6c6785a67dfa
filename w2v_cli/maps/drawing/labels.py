"""Where labels stand beside their points: greedily, the most important first, never overlapping.

Each label takes the cheapest of some positions around its point: near beats far, and covering
points or lines costs. This is point-feature label placement as in Christensen, Marks and Shieber
1995, section 3.1, with rings farther out that a line leads to. It is deterministic, and one label
takes the same short time whatever their number.
"""

from dataclasses import dataclass

import numpy as np

RINGS = (0.0, 0.9, 2.0, 3.4)
"""Distances of label and mark, in heights of a label; at all but the first a line joins them."""
COMPASS = 8
RING_COSTS = (0.0, 1.5, 2.5, 4.0)
DIRECTION_COST = 0.01
COVERED_POINT_COST = 1.0
COVERED_LINE_COST = 0.25
LINE_STEP = 4.0
MANY = 1000
"""Points above which no label stands far from its own."""
PADDING = 1.0
"""Pixels kept free around a label."""


@dataclass(frozen=True)
class Label:
    """Where a label stands.

    Attributes
    ----------
    index : int                        of its point
    x, y, width, height : float        lower left corner and size, pixels
    is_far : bool                      whether a line should join it to its point
    """

    index: int
    x: float
    y: float
    width: float
    height: float
    is_far: bool


def place_labels(points, sizes, area, gap, lines=()):
    """Find room for labels.

    Parameters
    ----------
    points : ndarray of float64, shape (n, 2)    pixels, y upwards, the most important first
    sizes : list of (float, float)               width and height of the labels of the first points
    area : (int, int)                            width and height of the picture, pixels
    gap : float                                  between a point's center and its label
    lines : list of (int, int)                   pairs of points joined by a line

    Returns
    -------
    list of Label   in the order of the points; those without room are not there
    """
    # Where there are many, lines to far labels would be a thicket.
    n_positions = len(COSTS) if len(points) <= MANY else COMPASS
    crowd = _Crowd(points, area, lines)
    labels = []
    for index, (width, height) in enumerate(sizes):
        corners = _corners(points[index], width, height, gap)
        size = np.array([width, height])
        boxes = np.column_stack([corners - PADDING, corners + size + PADDING])
        best = crowd.best(boxes[:n_positions], COSTS[:n_positions])
        if best is not None:
            crowd.occupy(boxes[best])
            x, y = corners[best].tolist()
            labels.append(Label(index, x, y, width, height, bool(best >= COMPASS)))
    return labels


def _directions():
    """All positions around a point: unit vectors, shape (n, 2); their rings; what they cost."""
    directions, rings, costs = [], [], []
    for ring, (distance, ring_cost) in enumerate(zip(RINGS, RING_COSTS, strict=True)):
        n_steps = COMPASS if ring == 0 else 2 * COMPASS
        # The right of the point is best, as in a line of text.
        steps = sorted(range(n_steps), key=lambda step: (min(step, n_steps - step), step))
        for number, step in enumerate(steps):
            angle = 2 * np.pi * step / n_steps
            directions.append((np.cos(angle), np.sin(angle)))
            rings.append(distance)
            costs.append(ring_cost + number * DIRECTION_COST)
    return np.round(directions, 6), np.array(rings), np.array(costs)


DIRECTIONS, DISTANCES, COSTS = _directions()


def _corners(point, width, height, gap):
    """Lower left corners of a label in all positions around its point: shape (n, 2)."""
    # The box is pushed out until it only touches the circle around the point: by half its size,
    # or less where the direction is nearly along an axis.
    half = np.array([width / 2, height / 2])
    pushed = np.clip(DIRECTIONS * 1.5, -1, 1) * half
    away = DIRECTIONS * (gap + DISTANCES * height)[:, np.newaxis]
    return point + away + pushed - half


class _Crowd:
    """What is already in the picture, pixel by pixel."""

    def __init__(self, points, area, lines):
        self._width, self._height = area
        self._occupied = np.zeros((self._height, self._width), dtype=bool)
        costs = np.zeros((self._height, self._width))
        self._add(costs, points, COVERED_POINT_COST)
        for a, b in lines:
            n_steps = max(2, int(np.hypot(*(points[b] - points[a])) / LINE_STEP))
            along = np.linspace(0, 1, n_steps)[:, np.newaxis]
            self._add(costs, points[a] + along * (points[b] - points[a]), COVERED_LINE_COST)
        # Sums over all rectangles from the corner, so that any box costs four look-ups.
        self._sums = np.zeros((self._height + 1, self._width + 1))
        self._sums[1:, 1:] = costs.cumsum(axis=0).cumsum(axis=1)

    def _add(self, costs, points, cost):
        x, y = np.clip(points, 0, (self._width - 1, self._height - 1)).astype(np.int64).T
        np.add.at(costs, (y, x), cost)

    def best(self, boxes, costs):
        """The cheapest box that is free and inside the picture; None if there is none.

        Parameters
        ----------
        boxes : ndarray, shape (n, 4)   left, bottom, right, top
        costs : ndarray, shape (n,)
        """
        left, bottom = np.floor(boxes[:, :2]).astype(np.int64).T
        right, top = np.ceil(boxes[:, 2:]).astype(np.int64).T
        inside = (left >= 0) & (bottom >= 0) & (right <= self._width) & (top <= self._height)
        chosen = np.flatnonzero(inside)
        left, bottom, right, top = (edge[chosen] for edge in (left, bottom, right, top))
        sums = self._sums
        covered = sums[top, right] - sums[bottom, right] - sums[top, left] + sums[bottom, left]
        for number in np.argsort(costs[chosen] + covered, kind="stable"):
            rows = slice(bottom[number], top[number])
            if not self._occupied[rows, left[number] : right[number]].any():
                return int(chosen[number])
        return None

    def occupy(self, box):
        """Keep other labels out of a box."""
        left, bottom = np.floor(box[:2]).astype(np.int64)
        right, top = np.ceil(box[2:]).astype(np.int64)
        self._occupied[bottom:top, left:right] = True
