"""Proof that every figure hangs on its evidence."""
