"""A mock, `specbound mock`: answers as a contract promises them, before a line of the service is written."""
