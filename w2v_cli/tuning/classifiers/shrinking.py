"""Models of trials in files of a size."""

from __future__ import annotations

from dataclasses import replace

from ...classifying.quantizing import MANY_LABELS, carried_out, fitting, planned_for_size
from ...config import QuantizeConfig
from ...labelled.config import ClassifyConfig
from ...labelled.model import Classifier

CENTROIDS = 1024
"""Bytes of each number of a row, for the centroids that rows are made of."""
OF_CENTROIDS = 0.7
"""Centroids and outputs may take so much of a file."""
STEP = 8


def short_enough(config: ClassifyConfig, max_bytes: int, n_labels: int) -> ClassifyConfig:
    """A ClassifyConfig with vectors so short that a file of a size has room for rows."""
    outputs = 4 * n_labels if n_labels < MANY_LABELS else CENTROIDS
    most = int(OF_CENTROIDS * max_bytes / (CENTROIDS + outputs)) // STEP * STEP
    return replace(config, dim=min(config.dim, max(most, STEP)))


def shrunk(classifier: Classifier, max_bytes: int, n_threads: int) -> tuple[Classifier, int]:
    """A classifier whose file has at most so many bytes, and how many these are.

    It is quantized, and rows are left out, only if its file would be larger.

    Raises
    ------
    ConfigError   if it cannot be so small
    """
    config = fitting(classifier, QuantizeConfig())
    plan = planned_for_size(classifier, max_bytes, config)
    if plan.plain_bytes <= max_bytes:
        return classifier, plan.plain_bytes
    return carried_out(classifier, plan, config, n_threads), plan.n_bytes
