"""Tools for assistants, `specbound mcp`: the operations of a contract over the Model Context Protocol."""
