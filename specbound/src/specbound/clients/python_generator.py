"""The generator of the Python client, told that a number is a Decimal: as a float, not every 19.99 stays 19.99."""

from openapi_python_client.cli import app
from openapi_python_client.parser.properties.float import FloatProperty

if __name__ == "__main__":
    # It has a setting for a class's name, and none for a number's type.
    FloatProperty._type_string = "Decimal"
    app()
