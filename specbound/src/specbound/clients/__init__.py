"""How the clients are built from the contract, and the hand-written parts around the generated ones."""
