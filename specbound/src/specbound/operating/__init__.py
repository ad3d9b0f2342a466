"""What an operator does to the data of a deployment, with rights of their own. Nothing in here runs in Lambda."""
