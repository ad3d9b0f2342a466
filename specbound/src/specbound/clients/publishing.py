"""Publishing, `specbound clients --publish`: both packages go where uv and npm are told to publish, by themselves."""

from collections.abc import Sequence
from pathlib import Path

from specbound.clients.commands import PROGRAMS, run
from specbound.failures import Failed


def publish(packages: Sequence[Path], *, dry_run: bool) -> None:
    """Publish a wheel and a tarball, each by its own tool, and say what that says. Raises Failed.

    Which registry, and with which credentials, is the tools' own business: `UV_PUBLISH_URL` and `UV_PUBLISH_TOKEN`,
    `.npmrc`. Nothing is published before each was tried in a dry run.
    """
    for each in packages:
        said = run(*_command(each), "--dry-run").strip()
        if dry_run:
            print(said)
    done: list[str] = []
    for each in () if dry_run else packages:
        print(f"Publishing {each.name} …", flush=True)
        try:
            print(run(*_command(each)).strip())
        except Failed as failed:
            left = [one.name for one in packages if one.name not in done]
            raise Failed(
                f"{failed}\nPublished: {', '.join(done) or 'nothing'}. Not published: {', '.join(left)}."
            ) from failed
        done.append(each.name)


def _command(package: Path) -> tuple[Path | str, ...]:
    if package.suffix == ".whl":
        return (PROGRAMS / "uv", "publish", package.resolve())
    return ("npm", "publish", package.resolve())
