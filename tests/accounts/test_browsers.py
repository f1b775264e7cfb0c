import pytest

from accounts.browsers import browser_and_system


@pytest.mark.parametrize(
    ("user_agent", "browser", "system"),
    [
        ("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox", "Linux"),
        ("Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/140.0 Safari/537.36 Edg/140.0", "Edge", "Windows"),
        ("Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Chrome/140.0 Mobile Safari/537.36", "Chrome", "Android"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Safari/604.1", "Safari", "iPhone"),
        ("Mozilla/5.0 (Windows NT 10.0) Something/1.0", "", "Windows"),
        ("Opera/9.80 (Something)", "Opera", ""),
        ("curl/8.9", "", ""),
        ("", "", ""),
    ],
)
def test_browser_and_system_are_recognised(user_agent, browser, system):
    assert browser_and_system(user_agent) == (browser, system)
