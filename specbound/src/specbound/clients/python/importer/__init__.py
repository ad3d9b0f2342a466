"""Bulk import: the rows of a CSV or JSON Lines file become whatever the API creates in batches."""
