"""Aligns two sequences: what is common in order, what only the first or the second has."""

from __future__ import annotations

from collections.abc import Hashable, Sequence

Pairs = list[tuple[int, int]]


def align(first: Sequence[Hashable], second: Sequence[Hashable]) -> Pairs:
    """Index pairs of a longest common subsequence (Myers 1986: cost grows with the differences)."""
    low = _common_start(first, second)
    high = _common_start(first[low:][::-1], second[low:][::-1])
    pairs = [(at, at) for at in range(low)]
    inner = _walk(first[low : len(first) - high], second[low : len(second) - high])
    pairs += [(low + a, low + b) for a, b in inner]
    pairs += [(len(first) - at, len(second) - at) for at in range(high, 0, -1)]
    return pairs


def _common_start(first: Sequence[Hashable], second: Sequence[Hashable]) -> int:
    count = 0
    for one, other in zip(first, second, strict=False):
        if one != other:
            break
        count += 1
    return count


def _walk(first: Sequence[Hashable], second: Sequence[Hashable]) -> Pairs:
    """The greedy forward algorithm: furthest points by diagonal, then back along the trace."""
    n, m = len(first), len(second)
    furthest = {1: 0}
    trace: list[dict[int, int]] = []
    for cost in range(n + m + 1):
        trace.append(dict(furthest))
        for k in range(-cost, cost + 1, 2):
            if k < -m or k > n:
                continue
            down = k == -cost or (k != cost and furthest.get(k - 1, -1) < furthest.get(k + 1, -1))
            x = furthest.get(k + 1, 0) if down else furthest.get(k - 1, -1) + 1
            y = x - k
            while x < n and y < m and first[x] == second[y]:
                x, y = x + 1, y + 1
            furthest[k] = x
            if x >= n and y >= m:
                return _back(trace, n, m)
    return []


def _back(trace: list[dict[int, int]], x: int, y: int) -> Pairs:
    pairs: Pairs = []
    for cost in range(len(trace) - 1, -1, -1):
        furthest = trace[cost]
        k = x - y
        down = k == -cost or (k != cost and furthest.get(k - 1, -1) < furthest.get(k + 1, -1))
        before = k + 1 if down else k - 1
        start = furthest.get(before, 0)
        while x > start + (0 if down else 1) and y > start - before + (1 if down else 0):
            x, y = x - 1, y - 1
            pairs.append((x, y))
        if cost == 0:
            while x > 0 and y > 0:
                x, y = x - 1, y - 1
                pairs.append((x, y))
            break
        x, y = start, start - before
    return pairs[::-1]
