"""The weights of a logistic regression, by dual coordinate descent. Pure, and the same on every run.

After Yu, Huang, Lin (2011), "Dual coordinate descent methods for logistic regression and maximum entropy models": each
paper adds to the weights its features times a step of its own, which is between 0 and a bound.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from operator import itemgetter, mul
from random import Random
from typing import NamedTuple

_PASSES = 8
_ALL_AGAIN = 4  # passes; in those between, what hardly changed is left alone
_START = 0.05  # of its bound, a step
_NOTHING = 1e-100  # a bound of marks that are centuries old, or beside no other papers
_EXACT = 0.01  # of its bound, a change that is worth making


class Vector(NamedTuple):
    """The places of a paper's features, two or more; their values; and the square of its length."""

    places: Sequence[int]
    values: Sequence[float]
    square: float


def product(weights: Sequence[float], vector: Vector) -> float:
    """What the weights say of a paper."""
    return dot(itemgetter(*vector.places)(weights), vector.values)


def dot(first: Iterable[float], second: Iterable[float]) -> float:
    """The sum of the products of two rows of numbers."""
    return float(sum(map(mul, first, second)))


def add(weights: list[float], vector: Vector, step: float) -> None:
    """Add a paper's features to the weights."""
    for place, value in zip(vector.places, vector.values, strict=True):
        weights[place] += step * value


def solve(
    vectors: Sequence[Vector], signs: Sequence[float], bounds: Sequence[float], weights: list[float]
) -> list[float]:
    """Find the weights, which are 0 before; the step of each vector, with its sign."""
    steps = [sign * bound * _START for sign, bound in zip(signs, bounds, strict=True)]
    for vector, step in zip(vectors, steps, strict=True):
        add(weights, vector, step)
    everything = list(range(len(vectors)))
    order = everything
    chance = Random(1)
    for number in range(_PASSES):
        chance.shuffle(order)
        moved = []
        for place in order:
            vector, sign, bound = vectors[place], signs[place], bounds[place]
            step = sign * steps[place]
            change = best_step(step, bound, sign * product(weights, vector), vector.square) - step
            if abs(change) > _EXACT * bound:
                add(weights, vector, sign * change)
                steps[place] += sign * change
                moved.append(place)
        order = everything if number % _ALL_AGAIN == _ALL_AGAIN - 1 else moved
    return steps


def best_step(step: float, bound: float, margin: float, square: float) -> float:
    """The step between 0 and `bound` that is best for one paper, given the others, by Newton's method.

    `step` is the one it has, and `margin` what the weights with that step say of it, times its sign.
    """
    if bound < _NOTHING:
        return 0.0
    rest = margin - square * step
    low, high = 1e-9 * bound, bound * (1 - 1e-9)
    better = min(max(step, low), high)
    for _ in range(20):
        slope = math.log(better / (bound - better)) + rest + square * better
        if abs(slope) < 1e-2:
            break
        if slope > 0:
            high = better
        else:
            low = better
        following = better - slope / (square + bound / (better * (bound - better)))
        better = following if low < following < high else (low + high) / 2
    return better


def share(log_odds: float) -> float:
    """The share, 0 to 1, whose odds have this logarithm."""
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, log_odds))))
