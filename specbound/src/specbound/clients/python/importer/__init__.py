"""`make import`: a file's rows become users, products or whatever else the contract creates in batches."""
