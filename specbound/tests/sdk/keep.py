"""`python keep.py <claim> <gateway> <token>`, with only the wheel; the claim may be `all` of them, some at once."""

import sys
from concurrent.futures import ThreadPoolExecutor

import claims
import claims_calls
import claims_secrets
import claims_values
from claiming import Connect

CLAIMS = {
    name: claim
    for module in (claims, claims_calls, claims_secrets, claims_values)
    for name, claim in vars(module).items()
    if getattr(claim, "__annotations__", {}).get("connect") is Connect
}

if __name__ == "__main__":
    wanted, gateway, everything = sys.argv[1:]
    chosen = CLAIMS if wanted == "all" else {wanted: CLAIMS[wanted]}
    with ThreadPoolExecutor(max_workers=4) as threads:
        running = {name: threads.submit(claim, Connect(gateway, everything)) for name, claim in chosen.items()}
    broken = {name: error for name, each in running.items() if (error := each.exception())}
    for name, error in broken.items():
        print(f"{name}:", file=sys.stderr)
        sys.excepthook(type(error), error, error.__traceback__)
    sys.exit(bool(broken))
