"""The rooms of the table."""

import importlib
import pkgutil

from tests import permissions

TOOLS = ("asking", "contents", "line", "rooms", "routes")
ROOMS = {
    module.name: importlib.import_module(f"tests.permissions.{module.name}")
    for module in pkgutil.iter_modules(permissions.__path__)
    if not module.name.startswith("test_") and module.name not in TOOLS
}
