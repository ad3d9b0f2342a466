"""The generator of the Python client, told of exact numbers, and of the resources above its modules of operations."""

import json
from pathlib import Path

import openapi_python_client
from openapi_python_client import Project
from openapi_python_client.cli import app
from openapi_python_client.config import Config
from openapi_python_client.parser import GeneratorData
from openapi_python_client.parser.properties.float import FloatProperty

from specbound.clients.python_resources import Resources

PLAN = "plan.json"


class ResourcefulProject(Project):
    """A package with resources: what they are called is in a file among the templates."""

    def __init__(self, *, openapi: GeneratorData, config: Config, custom_template_path: Path | None = None) -> None:
        super().__init__(openapi=openapi, config=config, custom_template_path=custom_template_path)
        plan = json.loads(((custom_template_path or Path()) / PLAN).read_text(encoding="utf-8"))
        self.resources = Resources(plan, openapi, config)
        self.env.globals.update(plan=plan, resources=self.resources)

    def _build_api(self) -> None:
        super()._build_api()
        for name, text in self.resources.modules().items():
            (self.package_dir / name).write_text(text, encoding=self.config.file_encoding)


if __name__ == "__main__":
    # It has a setting for a class's name, and none for a number's type.
    FloatProperty._type_string = "Decimal"
    openapi_python_client.Project = ResourcefulProject  # type: ignore[misc]
    app()
