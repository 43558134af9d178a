"""A user's browser of a few lines: cookies, redirects, and forms as the pages have them."""

import html.parser
import http.cookiejar
import urllib.error
import urllib.parse
import urllib.request

from harness import check


class _Page(html.parser.HTMLParser):
    def __init__(self, text):
        super().__init__()
        self.action = None
        self.fields = []
        self.words = []
        self._hidden = 0
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        given = dict(attributes)
        if tag == "form":
            check(self.action is None, "there is more than one form on the page")
            self.action = given.get("action") or ""
        if tag == "input" and given.get("name") and given.get("type") != "checkbox":
            self.fields.append((given["name"], given.get("value") or ""))
        self._hidden += tag in ("style", "script")

    def handle_endtag(self, tag):
        self._hidden -= tag in ("style", "script")

    def handle_data(self, data):
        if not self._hidden:
            self.words += data.split()


class Person:
    """One user's session. A page that is refused is a page like any other."""

    def __init__(self, *handlers):
        cookies = urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar())
        self._opener = urllib.request.build_opener(urllib.request.ProxyHandler({}), cookies, *handlers)
        self.url = None
        self.status = 0
        self._page = None

    def open(self, url, form=None):
        body = None if form is None else urllib.parse.urlencode(form).encode()
        request = urllib.request.Request(url, body, {"Accept": "text/html"})
        try:
            response = self._opener.open(request, timeout=20)
        except urllib.error.HTTPError as refused:
            response = refused
        with response:
            self.url, self.status = response.geturl(), response.status
            self._page = _Page(response.read().decode())

    def submit(self, *more, **filled):
        """Sends the form of the page, with these values in its fields; `more` are the boxes that are ticked."""
        check(self._page.action is not None, f"there is no form on the page {self.url}: {self.text()}")
        fields = [(name, value) for name, value in self._page.fields if name not in filled]
        self.open(urllib.parse.urljoin(self.url, self._page.action), [*fields, *filled.items(), *more])

    def text(self):
        return " ".join(self._page.words)
