"""The catalogue: users, products and their inventory."""
