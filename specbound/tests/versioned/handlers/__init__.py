"""Orders, in whichever version the contract is."""
