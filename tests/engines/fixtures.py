"""Fixtures with the engines that this machine has. tests/conftest.py takes them in."""

import pytest

from tests.engines.chromium import Chromium
from tests.engines.firefox import Firefox
from tests.engines.webkit import WebKit

ENGINES = (Chromium, Firefox, WebKit)


@pytest.fixture(params=ENGINES, ids=lambda engine: engine.name)
def engine(request):
    """The class of a browser; a test with it is run once for every engine, or skipped with what is missing."""
    if missing := request.param.missing():
        pytest.skip(missing)
    return request.param


@pytest.fixture
def new_browser(engine, tmp_path):
    """`new_browser(base)`: a started browser with an empty profile that opens addresses of the site `base`."""
    made = []

    def make(base):
        made.append(engine(tmp_path / f"profile-{len(made)}", base))
        return made[-1].start()

    yield make
    for browser in made:
        browser.remove()
