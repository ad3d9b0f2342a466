"""Export: the pages of any list become a CSV or JSON Lines file."""
