"""Numba may use all instructions that the processor has, unless the user says otherwise."""

import types

import pytest
from llvmlite.binding import FeatureMap

from w2v_cli.compiling.processor import allow_widest_vectors


@pytest.mark.parametrize(
    ("features", "settings", "expected"),
    [
        ({"avx512f": True, "avx2": True}, {}, "+avx2,+avx512f,-prefer-256-bit"),
        ({"avx512f": False, "avx2": True}, {}, None),
        ({"avx512f": True}, {"CPU_NAME": "haswell"}, None),
        ({"avx512f": True}, {"CPU_FEATURES": "+avx2"}, "+avx2"),
        ({"avx512f": True}, {"ENABLE_AVX": False}, None),
    ],
)
def test_512_bit_vectors_are_allowed_where_they_exist(features, settings, expected):
    config = types.SimpleNamespace(
        **{"CPU_NAME": None, "CPU_FEATURES": None, "ENABLE_AVX": True} | settings
    )
    allow_widest_vectors(FeatureMap(features), config)
    assert expected == config.CPU_FEATURES
