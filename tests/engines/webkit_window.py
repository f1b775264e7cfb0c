"""A window of WebKitGTK that a WebDriver may drive and that keeps its profile: `webkit_window.py FOLDER`.

The Python of the system runs it, which has the bindings of GTK.
"""

import sys

import gi

gi.require_version("Gtk", "3.0")
gi.require_version("WebKit2", "4.1")
from gi.repository import Gtk, WebKit2  # noqa: E402 -- the versions are chosen first


def main(folder):
    storage = WebKit2.WebsiteDataManager(base_data_directory=f"{folder}/data", base_cache_directory=f"{folder}/cache")
    cookies = storage.get_cookie_manager()
    cookies.set_persistent_storage(f"{folder}/cookies.sqlite", WebKit2.CookiePersistentStorage.SQLITE)
    context = WebKit2.WebContext(website_data_manager=storage)
    context.set_automation_allowed(True)
    context.connect("automation-started", lambda _context, session: begin(context, session))
    Gtk.main()


def begin(context, session):
    application = WebKit2.ApplicationInfo.new()
    application.set_name("WebKitGTK")
    application.set_version(2, 0, 0)
    session.set_application_info(application)
    session.connect("create-web-view", lambda _session: new_view(context))


def new_view(context):
    view = WebKit2.WebView(web_context=context, is_controlled_by_automation=True)
    window = Gtk.Window(default_width=1280, default_height=900)
    window.add(view)
    view.connect("close", lambda _view: window.destroy())
    window.show_all()
    view.grab_focus()
    return view


if __name__ == "__main__":
    main(sys.argv[1])
