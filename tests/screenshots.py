"""Takes the README's pictures into docs/images/: `make screenshots`.

Of the demonstration region that runs on PORT; where none answers, of one that is brought up for this, with a database
of its own in var/screenshots. Nothing is changed there: pages are only looked at.
"""
# ruff: noqa: T201 (it tells what it does)

import base64
import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager

from playwright.sync_api import BrowserContext, Page, sync_playwright

from config.bootstrap import ROOT, StartError, browser

IMAGES = ROOT / "docs" / "images"
VAR = ROOT / "var" / "screenshots"
WIDTH = 1280
LARGEST = 150_000  # bytes of one picture
PATIENCE = 300  # seconds for a site of our own to be ready
LEADER = "prosjektleder.ost@example.no"
NEED = "bygge om to sjarker"
PROJECT = "Kongekrabba"
PHONE = 390
# Name of the picture, address, height of the window; what stands in braces is found on the pages.
PICTURES = [
    ("front", "/", 800),
    ("offers", "/offers/?q=sveisekurs", 900),
    ("need-form", "/needs/new/", 1000),
    ("need", "{need}", 900),
    ("matches", "{need}matches/", 1250),
    ("project", "{project}", 1250),
    ("agreement", "{agreement}", 1000),
    ("report", "{report}", 1250),
]
# The same, on a phone.
ON_A_PHONE = [("front-phone", "/", 844)]


def main() -> None:
    IMAGES.mkdir(parents=True, exist_ok=True)
    with site() as address, sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=browser())
        context = chromium.new_context(base_url=address, locale="nb-NO", reduced_motion="reduce")
        context.add_cookies([{"name": "language", "value": "nb", "url": address}])
        take_all(context)
        chromium.close()


def take_all(context: BrowserContext) -> None:
    page = context.new_page()
    take(page, *PICTURES[0])
    log_in(page)
    found = {"need": demonstration_need(page), **demonstration_project(page)}
    for name, path, height in PICTURES[1:]:
        take(page, name, path.format(**found), height)
    for name, path, height in ON_A_PHONE:
        take(page, name, path, height, PHONE)


def log_in(page: Page) -> None:
    page.goto("/account/login/")
    page.locator(f'form:has(input[value="{LEADER}"]) button').click()
    page.wait_for_url(lambda url: "login" not in url)


def demonstration_need(page: Page) -> str:
    """The address of a need of the demonstration that has good matches."""
    page.goto(f"/needs/?q={NEED}")
    return page.locator("main h2 a[href^='/needs/']").first.get_attribute("href") or ""


def demonstration_project(page: Page) -> dict[str, str]:
    """The addresses of the project that runs, of an agreement that is sent to its parties, and of a report."""
    page.goto(f"/projects/?q={PROJECT}")
    project = page.locator("main a[href^='/projects/']").filter(has_text=PROJECT).first.get_attribute("href") or ""
    page.goto(f"{project}agreements/")
    agreement = page.locator("main a[href^='/agreements/']").first.get_attribute("href") or ""
    page.goto(f"{project}reports/")
    report = page.locator("main a[href^='/reports/']").first.get_attribute("href") or ""
    return {"project": project, "agreement": agreement, "report": report}


def take(page: Page, name: str, path: str, height: int, width: int = WIDTH) -> None:
    """As WebP, which Chromium makes by itself: a third of the size of PNG."""
    page.set_viewport_size({"width": width, "height": height})
    answer = page.goto(path, wait_until="networkidle")
    if not answer or not answer.ok:
        raise SystemExit(f"{path} does not answer as it should.")
    chromium = page.context.new_cdp_session(page)
    taken = base64.b64decode(chromium.send("Page.captureScreenshot", {"format": "webp", "quality": 80})["data"])
    if len(taken) > LARGEST:
        raise SystemExit(f"{name}.webp has {len(taken)} bytes, more than {LARGEST}.")
    (IMAGES / f"{name}.webp").write_bytes(taken)
    print(f"docs/images/{name}.webp  {len(taken) / 1000:.0f} kB")


@contextmanager
def site() -> Iterator[str]:
    """The address of a demonstration region: the one on PORT, else one of our own."""
    port = int(os.environ.get("PORT") or 8000)
    if is_demonstration(port):
        yield f"http://127.0.0.1:{port}"
        return
    with started(free_port()) as address:
        yield address


@contextmanager
def started(port: int) -> Iterator[str]:
    environment = os.environ | {"PORT": str(port), "VAR_DIR": str(VAR), "DEMO": "1"}
    environment.pop("DATABASE_URL", None)
    environment.pop("SITE_URL", None)
    with subprocess.Popen([sys.executable, "manage.py", "serve"], cwd=ROOT, env=environment) as process:
        try:
            wait_for(port, process)
            yield f"http://127.0.0.1:{port}"
        finally:
            process.send_signal(signal.SIGTERM)


def wait_for(port: int, process: "subprocess.Popen[bytes]") -> None:
    give_up = time.monotonic() + PATIENCE
    while not is_demonstration(port):
        if process.poll() is not None or time.monotonic() > give_up:
            raise SystemExit("The demonstration region did not start.")
        time.sleep(0.5)


def is_demonstration(port: int) -> bool:
    """Whether a site answers there whose login page offers the demonstration's accounts."""
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=10)) as connection:
        try:
            connection.request("GET", "/account/login/")
            return LEADER.encode() in connection.getresponse().read()
        except (OSError, http.client.HTTPException):
            return False


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


if __name__ == "__main__":
    try:
        main()
    except StartError as reason:
        sys.exit(str(reason))
