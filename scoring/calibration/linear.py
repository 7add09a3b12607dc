"""A regularised linear map with signs that are fixed beforehand: more of what is right can never lower a level.

Pure Python on purpose: the problems are tiny, every sum is taken in a fixed order, and the same input gives the
same map to the bit on every machine, which no numerical library promises.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import fsum, sqrt

from msgspec import Struct

# Coordinate descent on a convex problem of a dozen unknowns: it settles long before this.
_SWEEPS = 500
_SETTLED = 1e-10
# A group's mean counts as if so many rows more stood at the centre.
_GROUP_DOUBT = 2.0

Vector = Sequence[float]


class Linear(Struct, frozen=True):
    """`intercept` + sum of `weights` x (feature - `centres`) / `spreads`."""

    intercept: float
    weights: tuple[float, ...]
    centres: tuple[float, ...]
    spreads: tuple[float, ...]

    def __call__(self, features: Vector) -> float:
        return self.intercept + fsum(
            weight * (value - centre) / spread
            for weight, value, centre, spread in zip(
                self.weights, features, self.centres, self.spreads, strict=True
            )
        )


def fit_linear(
    rows: Sequence[Vector], levels: Vector, signs: Sequence[int], penalty: float, groups: Sequence[str] = ()
) -> Linear:
    """Return the ridge regression whose weights keep their `signs` (1, -1, or 0 for either).

    `penalty` is on the standardised weights and counts as so many rows. Needs at least one row. With `groups`, a name
    a row, weights are learned from what differs within a group rather than between groups: some questions are graded
    higher than others for reasons that no feature knows, and would bend the weights.
    """
    columns = list(zip(*rows, strict=True))
    centres = tuple(fsum(column) / len(column) for column in columns)
    intercept = fsum(levels) / len(levels)
    names = groups or [""] * len(levels)
    apart = [_within(column, centre, names) for column, centre in zip(columns, centres, strict=True)]
    spreads = tuple(_spread(column) for column in apart)
    scaled = [[value / spread for value in column] for column, spread in zip(apart, spreads, strict=True)]
    gram = [[_dot(one, other) for other in scaled] for one in scaled]
    off = _within(levels, intercept, names)
    aim = [_dot(column, off) for column in scaled]
    return Linear(intercept, tuple(_descend(gram, aim, signs, penalty)), centres, spreads)


def solve(matrix: Sequence[Vector], right: Vector) -> list[float]:
    """Return x with matrix x = right, for a symmetric positive definite matrix (Cholesky)."""
    size = len(right)
    lower: list[list[float]] = []
    for i in range(size):
        row: list[float] = []
        for j in range(i):
            row.append((matrix[i][j] - _dot(row, lower[j])) / lower[j][j])
        row.append(sqrt(matrix[i][i] - _dot(row, row)))
        lower.append(row)
    half: list[float] = []
    for i in range(size):
        half.append((right[i] - _dot(lower[i], half)) / lower[i][i])
    found = [0.0] * size
    for i in reversed(range(size)):
        rest = sum(lower[k][i] * found[k] for k in range(i + 1, size))
        found[i] = (half[i] - rest) / lower[i][i]
    return found


def _descend(gram: Sequence[Vector], aim: Vector, signs: Sequence[int], penalty: float) -> list[float]:
    """Return the weights by cyclic coordinate descent, each kept on its side of zero."""
    weights = [0.0] * len(aim)
    for _ in range(_SWEEPS):
        furthest = 0.0
        for k, sign in enumerate(signs):
            pull = aim[k] - sum(gram[k][j] * weights[j] for j in range(len(weights)) if j != k)
            moved = pull / (gram[k][k] + penalty)
            moved = max(0.0, moved) if sign > 0 else min(0.0, moved) if sign < 0 else moved
            furthest = max(furthest, abs(moved - weights[k]))
            weights[k] = moved
        if furthest < _SETTLED:
            break
    return weights


def _dot(one: Vector, other: Vector) -> float:
    # plain products in a fixed order; `other` may be longer
    return sum(a * b for a, b in zip(one, other, strict=False))


def _within(column: Vector, centre: float, groups: Sequence[str]) -> list[float]:
    """Return how far each value is from the centre, less most of what its group is; of a small group less of it."""
    members: dict[str, list[float]] = {}
    for value, group in zip(column, groups, strict=True):
        members.setdefault(group, []).append(value - centre)
    own = {group: fsum(values) / (len(values) + _GROUP_DOUBT) for group, values in members.items()}
    return [value - centre - own[group] for value, group in zip(column, groups, strict=True)]


def _spread(deviations: Vector) -> float:
    spread = sqrt(fsum(value**2 for value in deviations) / len(deviations))
    return spread if spread > 1e-9 else 1.0
