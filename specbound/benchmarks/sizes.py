"""How large the package of a stack is: what it is made of, zipped as Lambda gets it. The SDK comes with the runtime."""

import io
import re
import zipfile
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path

from packaging.requirements import Requirement

import specbound
from specbound.deploy.package import BUILD_TIME

WITH_RUNTIME = {"boto3", "botocore", "s3transfer", "jmespath", "urllib3", "python-dateutil", "six"}


def zipped_mb(needs: tuple[str, ...]) -> float:
    """MB of a zip of these distributions, and of all that they need."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in sorted(_closure(needs)):
            for file in _files(name):
                archive.write(file, str(file).lstrip("/"))
    return len(content.getvalue()) / 1e6


def _closure(needs: tuple[str, ...]) -> set[str]:
    pending, found = [Requirement(each) for each in needs], set()
    while pending:
        requirement = pending.pop()
        name = re.sub("[-_.]+", "-", requirement.name).lower()
        known = (name, tuple(sorted(requirement.extras)))
        if name in WITH_RUNTIME or known in found:
            continue
        found.add(known)
        try:
            asked = distribution(name).requires or []
        except PackageNotFoundError:
            continue
        for each in map(Requirement, asked):
            extras = requirement.extras or {""}
            if each.marker is None or any(each.marker.evaluate({"extra": extra}) for extra in extras):
                pending.append(each)
    return {name for name, _ in found}


def _files(name: str) -> list[Path]:
    if name == "specbound":
        # Installed from its folder: what of it runs in Lambda.
        engine = Path(specbound.__file__).parent
        found = [each for each in engine.rglob("*.py") if not set(each.relative_to(engine).parts) & set(BUILD_TIME)]
        return [*found, *(Path("handlers").rglob("*.py")), *(Path("handlers", "compiled").glob("*.json"))]
    try:
        installed: Distribution = distribution(name)
    except PackageNotFoundError:
        return []
    files = (Path(str(installed.locate_file(each))) for each in installed.files or ())
    return [each for each in files if each.suffix != ".pyc" and "/bin/" not in str(each) and each.is_file()]
