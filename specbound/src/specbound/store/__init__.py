"""Items in DynamoDB: conditional writes, transactions, and lists by index."""
