"""Take the pictures of the report that the documentation shows: docs/images/report*.png.

    python docs/screenshot.py

Needs Chromium and its driver (on Debian the packages chromium and chromium-driver) and selenium.
The report is on the invented pages in fixtures/.
"""  # noqa: INP001 - a program, no package

from __future__ import annotations

import shutil
import sys
import tempfile
from pathlib import Path

from selenium import webdriver

from descale.tools import cli

ROOT = Path(__file__).parent.parent
IMAGES = ROOT / "docs" / "images"
WIDTH = 1200
ARGUMENTS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--hide-scrollbars",
)
#: What the second picture shows: the document of the Spanish notice, a removed piece pointed at.
_SHOW_DOCUMENT = """
    document.querySelector("#filters [name=search]").value = "otro dispositivo";
    readFilters();
    document.getElementById("documents").scrollIntoView();
    const piece = [...document.querySelectorAll("#viewer mark")].find((mark) => mark.textContent.startsWith("Tu suscrip"));
    piece.scrollIntoView({ block: "nearest" });
    piece.focus({ preventScroll: true });
"""


def main() -> None:
    """Write the report to a temporary folder and take its pictures."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        pages = folder / "pages"
        pages.mkdir()
        for path in (ROOT / "fixtures" / "pages").glob("*/source.html"):
            shutil.copy(path, pages / f"{path.parent.name}.html")
        shutil.copy(ROOT / "fixtures" / "demo.txt", pages / "harbour-ferry.txt")
        report = folder / "report.html"
        if cli.main(["report", "--no-config", str(pages), "-o", str(report)]):
            sys.exit("no report was written")
        # The temporary folder is nobody's business.
        report.write_text(report.read_text(encoding="utf-8").replace(str(pages), "pages"), encoding="utf-8")
        take_pictures(report, folder / "profile")


def take_pictures(report: Path, profile: Path) -> None:
    """Open the report in Chromium and save both pictures."""
    options = webdriver.ChromeOptions()
    options.binary_location = shutil.which("chromium") or shutil.which("google-chrome") or ""
    for argument in (*ARGUMENTS, f"--user-data-dir={profile}"):
        options.add_argument(argument)
    driver = webdriver.Chrome(options=options, service=webdriver.ChromeService(shutil.which("chromedriver")))
    try:
        driver.get(report.as_uri())
        IMAGES.mkdir(exist_ok=True)
        for name, height, script in (("report", 1120, ""), ("report-document", 900, _SHOW_DOCUMENT)):
            size = {"width": WIDTH, "height": height, "deviceScaleFactor": 1, "mobile": False}
            driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
            driver.execute_script(script)
            driver.save_screenshot(str(IMAGES / f"{name}.png"))
    finally:
        driver.quit()


if __name__ == "__main__":
    main()
