"""A service whose tables have all the rules that a contract can give them, over moto and over MiniStack."""
