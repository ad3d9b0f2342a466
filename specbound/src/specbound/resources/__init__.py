"""Resources: creation, optimistic locking, idempotency and unique constraints, above the store."""
