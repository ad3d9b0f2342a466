"""What a change of the contract breaks: for clients, for what is stored, and after a rollback. Not in the package."""
