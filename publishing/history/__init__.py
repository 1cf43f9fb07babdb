"""What was decided and released before, as tables and checks read it back."""
