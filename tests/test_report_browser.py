"""The report in a real browser: it opens, filters, explains, and lets nothing of a page run.

Needs Chromium and its driver (on Debian the packages chromium and chromium-driver) and the
package selenium; skipped where they are absent.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from conftest import FIXTURES
from descale import Pipeline
from descale.tools import cli
from descale.tools.record import Recorder

webdriver = pytest.importorskip("selenium.webdriver", reason="selenium is not installed: pip install 'descale[test]'")
wait = pytest.importorskip("selenium.webdriver.support.wait")
select = pytest.importorskip("selenium.webdriver.support.select")
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
DRIVER = shutil.which("chromedriver")
pytestmark = pytest.mark.skipif(
    not (CHROMIUM and DRIVER), reason="no chromium and chromedriver here (on Debian: apt-get install chromium chromium-driver)"
)
ATTACK = (
    '<script>alert(1)</script> </script><img src=x onerror="alert(2)"> "><img onerror=alert(3) src=x> <!-- \' \u2028 {{data}}'
)
#: Page marks an alert, should one come: a headless browser may close it before anybody looks.
SPY = (
    "window.ran = []; for (const name of ['alert', 'confirm', 'prompt', 'open']) window[name] = (what) => window.ran.push(what);"
)


def _arguments(profile: Path) -> list[str]:
    quiet = ["--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-first-run"]
    return ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", *quiet, f"--user-data-dir={profile}"]


@pytest.fixture(scope="module")
def driver(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """Start Chromium with a profile of its own."""
    options = webdriver.ChromeOptions()
    options.binary_location = CHROMIUM
    for argument in _arguments(tmp_path_factory.mktemp("profile")):
        options.add_argument(argument)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    started = webdriver.Chrome(options=options, service=webdriver.ChromeService(DRIVER))
    started.execute_cdp_cmd("Page.addScriptToEvaluateOnNewDocument", {"source": SPY})
    started.set_window_size(1400, 1000)
    yield started
    started.quit()


class Browser:
    """A report opened in Chromium, and questions to it."""

    def __init__(self, driver: Any, page: Path) -> None:
        self.driver = driver
        self.page = page
        driver.get("about:blank")
        driver.get_log("browser")
        driver.get_log("performance")
        driver.get(page.as_uri())

    def run(self, script: str, *arguments: Any) -> Any:
        """Return what a script returns."""
        return self.driver.execute_script(script, *arguments)

    def texts(self, selector: str) -> list[str]:
        """Return the texts of the elements that are shown."""
        return [element.text for element in self.driver.find_elements("css selector", selector) if element.is_displayed()]

    def click(self, selector: str) -> None:
        """Click on the first of the elements."""
        self.driver.find_element("css selector", selector).click()

    def fill(self, name: str, value: str) -> None:
        """Type or choose a filter's value as a user does."""
        field = self.driver.find_element("css selector", f"#filters [name={name}]")
        if field.tag_name == "select":
            select.Select(field).select_by_visible_text(value)
        else:
            field.clear()
            field.send_keys(value)

    @property
    def listed(self) -> list[str]:
        """The names of the documents listed."""
        return self.texts("#list .name")

    def requested(self) -> list[str]:
        """Return the addresses that the page asked for since it was opened, its own aside."""
        messages = [json.loads(entry["message"])["message"] for entry in self.driver.get_log("performance")]
        sent = [message["params"] for message in messages if message["method"] == "Network.requestWillBeSent"]
        own = [one["request"]["url"] for one in sent if one.get("documentURL", "").startswith("file:")]
        assert self.page.as_uri() in own, "the log tells of the page itself, or it tells nothing"
        return [url for url in own if url.partition("#")[0] != self.page.as_uri()]

    def expect_quiet(self) -> None:
        """Check that nothing ran, nothing was asked for, and nothing was complained about."""
        assert self.driver.get_log("browser") == []
        assert self.requested() == []
        assert self.run("return window.ran") == []


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write the report on the fixtures' pages and some clean texts."""
    folder = tmp_path_factory.mktemp("report")
    for path in (FIXTURES / "pages").glob("*/source.html"):
        shutil.copy(path, folder / f"{path.parent.name}.html")
    for path in [FIXTURES / "demo.txt", *sorted((FIXTURES / "clean").glob("en-*.txt"))[:3]]:
        shutil.copy(path, folder)
    output = tmp_path_factory.mktemp("page") / "report.html"
    assert cli.main(["report", "--no-config", str(folder), "-o", str(output)]) == 0
    return output


@pytest.fixture
def browser(driver: Any, report: Path) -> Browser:
    return Browser(driver, report)


# ----------------------------------------------------------------------------- it opens
def test_it_opens_with_totals_and_charts_and_asks_for_nothing(browser: Browser) -> None:
    assert browser.driver.title.startswith("descale report: ")
    assert browser.texts("#cards dt")[:2] == ["documents", "with an article"]
    assert browser.texts("#cards dd")[0] == "16"
    families = browser.texts("#charts > table th[scope=row]")
    assert {"extract", "paywall", "related"} <= set(families)
    widths = browser.run("return [...document.querySelectorAll('#charts > table .bar')].map((bar) => bar.offsetWidth)")
    assert widths == sorted(widths, reverse=True)
    assert widths[0] > 300
    assert len(browser.listed) == 16
    browser.expect_quiet()


def test_the_measure_of_the_chart_can_be_changed(browser: Browser) -> None:
    before = browser.texts("#charts > table td.figure")
    browser.click("#measure input[value=documents]")
    after = browser.texts("#charts > table td.figure")
    assert before != after
    assert max(map(int, after)) <= 16
    assert browser.texts("#charts > table caption") == ["By family: documents"]
    browser.expect_quiet()


@pytest.mark.parametrize(("width", "scheme"), [(1400, "light"), (1400, "dark"), (390, "light")])
def test_it_fits_wide_and_narrow_screens_in_light_and_dark(driver: Any, report: Path, width: int, scheme: str) -> None:
    driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": [{"name": "prefers-color-scheme", "value": scheme}]})
    driver.execute_cdp_cmd(
        "Emulation.setDeviceMetricsOverride", {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": False}
    )
    try:
        browser = Browser(driver, report)
        assert browser.run("return document.documentElement.scrollWidth <= document.documentElement.clientWidth")
        paper, ink = browser.run(
            "const style = getComputedStyle(document.querySelector('section')); return [style.backgroundColor, style.color]"
        )
        assert (_lightness(paper) > _lightness(ink)) == (scheme == "light")
        assert abs(_lightness(paper) - _lightness(ink)) > 150
    finally:
        driver.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})
        driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": []})


def _lightness(colour: str) -> float:
    return sum(map(float, colour.strip("rgb()").split(","))) / 3


# ------------------------------------------------------------------------- it is searched
def test_a_removed_line_is_found_by_its_rule(browser: Browser) -> None:
    browser.fill("rule", "paywall.account-sharing")
    assert 0 < len(browser.listed) < 16
    marked = browser.texts("#viewer mark:not(.dim)")
    assert any("Tu suscripción se está usando en otro dispositivo" in text for text in marked)
    assert browser.run("return [...document.querySelectorAll('#viewer mark.dim')].length") > 0
    browser.click("#filters button[type=reset]")
    wait.WebDriverWait(browser.driver, 5).until(lambda _: len(browser.listed) == 16)
    browser.expect_quiet()


def test_filters_by_family_language_confidence_and_text(browser: Browser) -> None:
    data = browser.run("return JSON.parse(document.getElementById('data').textContent)")["documents"]

    def names(wanted: Any) -> list[str]:
        return [entry["title"] or entry["name"] for entry in data if wanted(entry)]

    browser.fill("family", "newsletter")
    assert browser.listed == names(lambda entry: any(one["family"] == "newsletter" for one in entry["removals"]))
    browser.fill("family", "all")
    browser.fill("language", "ja")
    assert browser.listed == names(lambda entry: entry["language"] == "ja")
    assert len(browser.listed) == 1
    browser.fill("language", "all")
    browser.fill("from", "0.5")
    browser.fill("to", "0.9")
    between = names(lambda entry: 0.5 <= entry["confidence"] <= 0.9)
    assert browser.listed == between
    assert 0 < len(between) < 16
    browser.run("document.getElementById('filters').reset(); readFilters()")
    browser.fill("search", "night ferry between")
    assert browser.texts("#found") == ["1 of 16 documents shown"]
    browser.fill("search", "nothing holds this")
    assert browser.listed == []
    assert browser.texts("#viewer") == ["No document suits the filters."]
    browser.expect_quiet()


def test_the_family_in_the_chart_filters_the_documents(browser: Browser) -> None:
    browser.click("#charts > table tbody tr:nth-child(2) button")
    family = browser.texts("#charts > table tbody tr:nth-child(2) button")[0]
    assert browser.run("return document.querySelector('#filters [name=family]').value") == family
    assert 0 < len(browser.listed) < 16


def test_lists_link_to_their_documents(browser: Browser) -> None:
    for place in ("#suspicious-list", "#line-list"):
        target = browser.driver.find_element("css selector", f"{place} tbody a")
        name = target.text
        browser.run("arguments[0].click()", target)
        assert browser.texts("#viewer h3")[0].startswith(name.rstrip("…"))
        assert browser.texts("#list a[aria-current] .name")[0].startswith(name.rstrip("…"))
    browser.click("#suspicious-list tbody a")
    what_went = browser.texts("#suspicious-list tbody tr:first-child td:nth-child(3)")[0]
    focused = browser.run("return document.activeElement.textContent")
    assert " ".join(focused.split()) == what_went
    browser.expect_quiet()


# ------------------------------------------------------------------------- it explains
def test_rule_score_and_evidence_show_on_hover_and_by_keyboard(browser: Browser) -> None:
    browser.fill("search", "otro dispositivo")
    piece = next(mark for mark in browser.driver.find_elements("css selector", "#viewer mark") if "suscripción se" in mark.text)
    assert browser.texts("#tip") == []
    browser.run("arguments[0].scrollIntoView({block: 'center'})", piece)
    webdriver.ActionChains(browser.driver).move_to_element(piece).perform()
    [told] = browser.texts("#tip")
    assert told.startswith("paywall.account-sharing · score ")
    assert len(told.splitlines()[1]) > 5
    webdriver.ActionChains(browser.driver).move_to_element(
        browser.driver.find_element("css selector", "#documents-title")
    ).perform()
    assert browser.texts("#tip") == []
    browser.run("document.querySelector('#list a[aria-current]').focus()")
    for _ in range(len(browser.listed) + 3):
        browser.driver.switch_to.active_element.send_keys("\ue004")  # Tab
        if browser.run("return document.activeElement.tagName") == "MARK":
            break
    assert browser.run("return document.activeElement.tagName") == "MARK"
    rule = browser.run("const mark = document.activeElement; return DATA.documents[shown].removals[mark.dataset.removal].rule")
    assert browser.texts("#tip")[0].startswith(f"{rule} · score ")
    assert browser.run("return document.activeElement.getAttribute('aria-describedby')") == "tip"
    browser.driver.switch_to.active_element.send_keys("\ue00c")  # Escape
    assert browser.texts("#tip") == []
    browser.expect_quiet()


def test_colour_is_never_the_only_sign(browser: Browser) -> None:
    """Each removed piece carries its family's name, in letters that stand out from their ground."""
    labels = browser.run(
        "return [...document.querySelectorAll('#viewer mark')].map((mark) => getComputedStyle(mark, '::before').content)"
    )
    assert labels
    assert all(len(label) > 4 for label in labels)


# ------------------------------------------------------------------------ it is not fooled
@pytest.fixture(scope="module")
def attacked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write the report on a run in which every field tries to break out."""
    folder = tmp_path_factory.mktemp("attack") / "<img src=x onerror=alert(4)>"
    folder.mkdir()
    document = f"{ATTACK}\n{ATTACK} goes, and this is a sentence that is long enough to be suspicious to anybody who reads it."
    removal = {"start": len(ATTACK) + 1, "stop": len(document), "family": ATTACK, "rule": f"{ATTACK}.x", "score": 0.5}
    record = Recorder(Pipeline()).failed(ValueError(ATTACK)) | {
        "path": f"{ATTACK}.html",
        "text": ATTACK,
        "title": ATTACK,
        "language": ATTACK,
        "document": document,
        "notes": [ATTACK],
        "confidence": 0.5,
        "error": None,
        "rule_set": ATTACK,
        "removals": [{**removal, "evidence": ATTACK}],
    }
    lines = [record, {**record, "path": "second"}, {**record, "error": ATTACK}, {"path": ATTACK, "removals": ATTACK}]
    (folder / "part-0.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    (folder / "part-1.jsonl").write_text(f"{ATTACK}\n", encoding="utf-8")
    return folder


def test_nothing_from_pages_runs(driver: Any, attacked: Path, tmp_path: Path) -> None:
    output = tmp_path / "re<b>port.html"
    assert cli.main(["report", "--no-config", str(attacked), "-o", str(output)]) == 1
    browser = Browser(driver, output)
    assert browser.texts("#cards dd")[0] == "3"
    browser.run("for (const details of document.querySelectorAll('details')) details.open = true")
    for link in browser.driver.find_elements("css selector", "#list a, #suspicious-list a, #line-list a"):
        browser.run("arguments[0].click()", link)
        browser.run("for (const mark of document.querySelectorAll('mark')) mark.focus()")
    browser.click("#charts > table button")
    shown = browser.run("return document.body.innerText")
    assert shown.count("<script>alert(1)</script>") > 10
    assert browser.run("return document.querySelectorAll('img, iframe, object, svg, link').length") == 0
    assert browser.run("return document.querySelectorAll('script').length") == 2
    assert "<img src=x onerror=alert(4)>" in browser.driver.title
    browser.expect_quiet()


def test_nothing_from_pages_runs_in_a_comparison(driver: Any, attacked: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.jsonl"
    changed = [json.loads(line) for line in (attacked / "part-0.jsonl").read_text(encoding="utf-8").splitlines()[:2]]
    for record in changed:
        record["text"] = f"{ATTACK} changed\n{ATTACK}"
        record["removals"][0]["stop"] -= 20
    other.write_text("".join(json.dumps(record) + "\n" for record in changed), encoding="utf-8")
    output = tmp_path / "report.html"
    assert cli.main(["report", "--no-config", str(attacked), str(other), "-o", str(output)]) == 1
    browser = Browser(driver, output)
    assert len(browser.listed) == 2
    assert browser.run("return document.querySelectorAll('img, iframe, object, svg, link').length") == 0
    browser.expect_quiet()


def test_the_policy_would_stop_what_got_in(browser: Browser) -> None:
    """A second wall: were markup from a page to reach the document, its scripts and pictures would not be run or asked for."""
    browser.run(
        "document.body.insertAdjacentHTML('beforeend', '<img src=\"https://example.org/x.png\" onerror=\"alert(5)\">');"
        "const script = document.createElement('script'); script.textContent = 'alert(6)'; document.body.append(script);"
    )
    assert browser.run("return window.ran") == []
    refused = [entry["message"] for entry in browser.driver.get_log("browser") if "Content Security Policy" in entry["message"]]
    assert any("x.png" in message for message in refused)
    assert any("inline script" in message for message in refused)


# ---------------------------------------------------------------------------- it compares
def test_two_runs_stand_side_by_side(driver: Any, tmp_path: Path) -> None:
    for mode in ("balanced", "precision"):
        recorder = Recorder(Pipeline(mode=mode))
        with (tmp_path / f"{mode}.jsonl").open("w", encoding="utf-8") as lines:
            for path in sorted((FIXTURES / "pages").glob("*/source.html")):
                article = recorder.pipeline.clean(path.read_bytes())
                record = recorder.record(article) | {"path": path.parent.name, "document": article.document.text}
                lines.write(json.dumps(record) + "\n")
    output = tmp_path / "report.html"
    runs = [str(tmp_path / "balanced.jsonl"), str(tmp_path / "precision.jsonl")]
    assert cli.main(["report", "--no-config", *runs, "-o", str(output)]) == 0
    browser = Browser(driver, output)
    assert browser.texts("#cards div:first-child dd") == ["A12", "B12"]
    assert len(browser.driver.find_elements("css selector", "#charts > table tbody tr:first-child .bar")) == 2
    browser.fill("only", "B")
    assert browser.listed
    only = browser.texts("#viewer mark.sideB")
    assert only
    removed = browser.texts("#viewer .diff del")
    assert removed
    assert any(" ".join(line.removeprefix("−").split()) in " ".join(only) for line in removed)
    browser.fill("only", "A")
    assert browser.listed == []
    browser.expect_quiet()
