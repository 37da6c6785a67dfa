"""Labels beside their points: never over one another, never outside, near their own point."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from w2v_cli.maps.drawing.labels import place_labels

AREA = (300, 200)


def place(points, sizes=None, **options):
    points = np.array(points, dtype=float).reshape(-1, 2)
    return place_labels(points, sizes or [(40, 12)] * len(points), AREA, gap=5.0, **options)


def overlap(a, b):
    return (
        a.x < b.x + b.width
        and b.x < a.x + a.width
        and a.y < b.y + b.height
        and b.y < a.y + a.height
    )


@given(st.lists(st.tuples(st.floats(0, 300), st.floats(0, 200)), max_size=40))
def test_labels_neither_overlap_nor_leave_the_picture(points):
    labels = place(points)
    for number, label in enumerate(labels):
        assert not any(overlap(label, other) for other in labels[:number])
        assert label.x >= 0 and label.x + label.width <= AREA[0]
        assert label.y >= 0 and label.y + label.height <= AREA[1]


def test_a_lonely_point_has_its_label_on_the_right():
    [label] = place([(100, 100)])
    assert (label.x, label.y + label.height / 2) == (105, 100)
    assert not label.is_far


def test_at_the_right_edge_it_is_on_the_left():
    [label] = place([(295, 100)])
    assert label.x + label.width < 295


def test_of_equal_points_each_has_a_label():
    labels = place([(150, 100)] * 8)
    assert [label.index for label in labels] == list(range(8))


def test_a_label_keeps_off_other_points():
    [label, *_] = place([(100, 100), (120, 100)], sizes=[(40, 12)])
    assert not (label.x < 120 < label.x + label.width and label.y < 100 < label.y + label.height)


def test_without_room_the_less_important_go_without():
    labels = place([(150, 100)] * 500)
    assert 8 < len(labels) < 50
    assert labels[0].index == 0


def test_a_label_wider_than_the_picture_is_left_out():
    assert place([(150, 100)], sizes=[(400, 12)]) == []


def test_a_line_is_better_not_covered():
    points = [(100, 100), (200, 100)]
    [free, _] = place(points)
    [moved, _] = place(points, lines=[(0, 1)])
    assert free.y + free.height / 2 == 100
    assert not moved.y < 100 < moved.y + moved.height
