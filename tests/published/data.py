"""Trial data that several published analyses share, as their tables print them."""

from __future__ import annotations

import numpy as np

# Colditz 1994, thirteen trials of a vaccine against tuberculosis, as in Table I of
# van Houwelingen 2002: vaccinated with and without disease, others with and without.
COLDITZ_1994 = np.array(
    [
        [4, 119, 11, 128],
        [6, 300, 29, 274],
        [3, 228, 11, 209],
        [62, 13536, 248, 12619],
        [33, 5036, 47, 5761],
        [180, 1361, 372, 1079],
        [8, 2537, 10, 619],
        [505, 87886, 499, 87892],
        [29, 7470, 45, 7232],
        [17, 1699, 65, 1600],
        [186, 50448, 141, 27197],
        [5, 2493, 3, 2338],
        [27, 16886, 29, 17825],
    ]
)
COLDITZ_1994_LATITUDE = np.array([44, 55, 42, 52, 13, 44, 19, 13, 27, 42, 18, 33, 33])


def colditz_counts() -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Events and size of the vaccinated, events and size of the others."""
    a, b, c, d = COLDITZ_1994.T
    return a, a + b, c, c + d
