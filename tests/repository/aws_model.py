"""The AWS CLI's arguments, checked by the services' models, of which it is made, too.

`python -m tests.repository.aws_model SERVICE OPERATION --OPTION VALUE …` ends with status 1 if it would not take them.
"""

import json
import sys
from pathlib import Path

from botocore import xform_name
from botocore.session import Session


def main(service: str, operation: str, *options: str) -> str | None:
    """What is wrong, if something is."""
    model = Session().get_service_model(service)
    [name] = [each for each in model.operation_names if xform_name(each, "-") == operation]
    shape = model.operation_model(name).input_shape
    members, required = ({xform_name(each, "-") for each in names} for names in (shape.members, shape.required_members))
    given = {option.removeprefix("--"): value for option, value in zip(options[::2], options[1::2], strict=True)}
    for value in given.values():
        if value.startswith(("file://", "{")):
            json.loads(Path(value[7:]).read_text(encoding="utf-8") if value.startswith("file://") else value)
    wrong = (required - given.keys()) | (given.keys() - members)
    return f"{service} {operation}: {wrong}" if wrong else None


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
