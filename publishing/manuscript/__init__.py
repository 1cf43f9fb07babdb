"""The documents as text: which an edition holds, and what each says."""
