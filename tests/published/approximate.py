"""Compare a computed number with a printed one: half of the last printed digit."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

import numpy as np
from numpy.typing import ArrayLike


def half_last_digit(printed: str) -> float:
    """Half a unit of the last digit of a number as it is printed, "0.3025" -> 0.00005."""
    exponent = Decimal(printed).as_tuple().exponent
    return 0.5 * 10.0 ** int(exponent)


def agrees(computed: ArrayLike, printed: str | Sequence[str]) -> bool:
    """True if every number rounds to what is printed."""
    words = [printed] if isinstance(printed, str) else list(printed)
    numbers = np.atleast_1d(np.asarray(computed, dtype=float))
    assert numbers.shape == (len(words),), f"{numbers.shape} numbers for {len(words)} printed ones"
    off = [
        f"{number:.8g} is not {word}"
        for number, word in zip(numbers, words, strict=True)
        # A hair beyond the half for numbers that end in a 5 themselves.
        if abs(number - float(word)) > half_last_digit(word) * (1 + 1e-9)
    ]
    assert not off, "; ".join(off)
    return True
