"""What happens to a review over time: built, approved, released, published, due again."""
