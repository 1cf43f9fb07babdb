"""The kinds of tables, a module each: from a specification to cells with their origin."""
