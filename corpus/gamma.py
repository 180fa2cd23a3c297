"""Gamma: agreement on where units are and what they are called, by the best alignment of all layers at once.

It comes from a library that brings numerical packages of its own, so it is an extra, and imported only when asked for.
"""

from __future__ import annotations

import importlib
import logging
import math
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from corpus.errors import PackageMissing
from corpus.reliability import Figure

Unit = tuple[int, int, str]
"""Start, end and label of an annotation; an extent of several fragments counts from its start to its end."""

_SAMPLES = 30
"""The chance texts that the expected disorder is estimated from, as the library proposes."""


class Gamma:
    """Gamma of single texts (Mathet, Widlöcher and Métivier 2015, Computational Linguistics 41:437-479).

    `1 - d_o / d_e`: the disorder of the best alignment, over that of texts made at random with the statistics of these
    layers. Position and label weigh the same. Gamma of a corpus is the mean over its documents, each weighted by how
    many annotations it has. The same seed gives the same figures.

    Raises:
        PackageMissing: If the library is not installed.
    """

    def __init__(self, seed: int) -> None:
        try:
            # Untyped, and absent where the extra is not installed: a type checker must not need them.
            self._library: Any = importlib.import_module("pygamma_agreement")
            self._segment: Any = importlib.import_module("pyannote.core").Segment
            self._random: Any = importlib.import_module("numpy.random")
        except ImportError as error:
            raise PackageMissing(
                f"gamma needs a package that is not installed: {error.name or error}",
                help="Install the extra: pip install 'terminal-annotator[gamma]'",
            ) from error
        self.seed = seed

    def of(self, layers: Mapping[str, Sequence[Unit]]) -> float | None:
        """Gamma of one text; nothing where fewer than two layers have a unit, since no alignment can be scored.

        Args:
            layers: The units of each layer.
        """
        if sum(1 for units in layers.values() if units) < 2:
            return None
        continuum = self._library.Continuum()
        for layer, units in layers.items():
            continuum.add_annotator(layer)
            for start, end, label in units:
                continuum.add(layer, self._segment(start, end), label)
        self._random.seed(self.seed)
        dissimilarity = self._library.CombinedCategoricalDissimilarity(alpha=1.0, beta=1.0, delta_empty=1.0)
        with _silence():
            found = continuum.compute_gamma(dissimilarity, n_samples=_SAMPLES, fast=True)
        value = float(found.gamma)
        return value if math.isfinite(value) else None


class GammaMean:
    """The mean of gamma over documents, weighted by their annotations."""

    def __init__(self) -> None:
        self._total = 0.0
        self._weight = 0

    def add(self, gamma: Gamma, layers: Mapping[str, Sequence[Unit]]) -> None:
        """Takes in one document; one in which gamma is undefined counts for nothing."""
        value = gamma.of(layers)
        if value is not None:
            weight = sum(map(len, layers.values()))
            self._total += value * weight
            self._weight += weight

    @property
    def figure(self) -> Figure:
        """The mean."""
        if not self._weight:
            return Figure.undefined("in no document two layers have any")
        return Figure(self._total / self._weight)


@contextmanager
def _silence() -> Iterator[None]:
    """Keeps the library from warning, for every sample, which of its solvers it uses."""
    before = logging.root.manager.disable
    logging.disable(logging.WARNING)
    try:
        yield
    finally:
        logging.disable(before)
