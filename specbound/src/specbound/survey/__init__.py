"""Trials of contracts that nobody here wrote: which compile, and whether they are kept."""
