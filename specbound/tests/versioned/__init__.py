"""Seven versions of one contract, and the service that keeps each of them."""
