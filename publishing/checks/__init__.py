"""What may refuse a review: validation, wording, finished pages, the proof by mutation."""
