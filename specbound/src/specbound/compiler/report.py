"""Mistakes as they are told: each on a line of its own, with the file and the line that it is written on."""

from pathlib import Path

from specbound.compiler.bundle import Bundle, bundled
from specbound.compiler.mistakes import Mistake, Refused


def described(refused: Refused, contract: Path) -> str:
    """Every mistake as `file:line: place: what to do`, in the order of the files, the contract's own first."""
    bundle = bundled(contract) if any(each.place and not each.written for each in refused.mistakes) else None
    found = {(*_written(each, bundle, contract.name), each.message) for each in refused.mistakes}
    ordered = sorted(found, key=lambda each: (each[0] != contract.name, *each))
    return "\n".join(f"{file}:{line}: {message}" if line else f"{file}: {message}" for file, line, message in ordered)


def _written(mistake: Mistake, bundle: Bundle | None, contract: str) -> tuple[str, int]:
    """The file and the line; 0 if none is known."""
    if mistake.written:
        return mistake.written
    return bundle.where(mistake.place[1:]) if bundle else (contract, 0)
