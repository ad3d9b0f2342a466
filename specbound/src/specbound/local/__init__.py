"""Stand-ins for AWS on one machine. Never in the zip."""

import warnings

# Connexion imports Starlette's test client, which has this to say to those who test with it.
warnings.filterwarnings("ignore", message="Using `httpx` with")

# A service's Api, unless it is said to be elsewhere.
HANDLER = "handlers.router.lambda_handler"
