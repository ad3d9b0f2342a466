"""Books, in two versions of their contract."""
