"""What must stay true of this review, and nobody but its writers can know."""

import unittest
from pathlib import Path

from analysis.review_data import load_review_data
from publishing.checks.validation import unshown_studies

DATA = load_review_data(Path(__file__).parents[1])

CHECKED = {
    "pooled.primary": "0.49 (95% CI 0.34 to 0.70)",
    "pooled.primary.prediction": "0.15 to 1.55",
    "pooled.primary.tau2": "0.3132",
}
"""Claims with the value that somebody found by other means, as `claim("...").ci` prints it.

These stand in the published example of the data set (viechtbauer2010).
"""


class Review(unittest.TestCase):
    """Its numbers and its studies."""

    def test_numbers_are_those_that_were_checked(self):
        forms = {name: DATA.ledger[name].forms for name in CHECKED}
        printed = {name: form.ci.removesuffix(form.mark) for name, form in forms.items()}
        self.assertEqual(printed, CHECKED)

    def test_every_study_is_shown_somewhere(self):
        self.assertEqual(unshown_studies(DATA), [])


if __name__ == "__main__":
    unittest.main()
