"""Statistics as the field names them: arrays in, frozen dataclasses out."""
