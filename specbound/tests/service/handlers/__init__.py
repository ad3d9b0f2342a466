"""The service that the engine's tests stand on: users, products and their inventory."""
