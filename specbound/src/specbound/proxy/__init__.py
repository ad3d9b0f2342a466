"""A proxy, `specbound proxy`: passes on what callers and any server say to each other, and reports where that drifts
from a contract."""
