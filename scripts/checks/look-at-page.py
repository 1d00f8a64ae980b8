#!/usr/bin/env python3
"""Looks at pages in headless Chromium through its devtools protocol, without any package.

    look-at-page.py --browser chromium [--pictures FOLDER] PAGE…

Chromium is spoken to over a pair of pipes (--remote-debugging-pipe): messages are JSON, each ended by a zero byte.
"""
import argparse
import base64
import json
import os
import pathlib
import select
import shutil
import subprocess
import sys
import tempfile
import time

SECTIONS = ["What came in", "What was refused", "How well success is foretold", "What it cost"]
VIEWS = [(width, scheme) for width in (360, 1280) for scheme in ("light", "dark")]

# Every element with text of its own is compared with the nearest background below it.
LOOK = r"""
(() => {
  const root = document.documentElement, problems = [];
  document.querySelectorAll('details').forEach(d => d.open = true);
  if (root.scrollWidth > root.clientWidth) {
    const wide = [...document.body.querySelectorAll('*')].filter(e => !e.closest('.scroll') &&
      e.getBoundingClientRect().right > root.clientWidth + 1).slice(0, 3)
      .map(e => e.tagName + '.' + e.getAttribute('class') + ' ' + e.textContent.slice(0, 40));
    problems.push(`${root.scrollWidth} px wide on ${root.clientWidth} px: ${wide.join(' | ')}`);
  }
  const rgb = text => {
    const n = (text.match(/[\d.]+/g) || []).map(Number);
    return n.length < 3 ? null : [n[0], n[1], n[2], n.length > 3 ? n[3] : 1];
  };
  const light = c => {
    const [r, g, b] = c.slice(0, 3).map(v => (v /= 255) <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const ground = e => {
    for (; e; e = e.parentElement) {
      const c = rgb(getComputedStyle(e).backgroundColor);
      if (c && c[3] > 0.99) return c;
    }
    return [255, 255, 255, 1];
  };
  let looked = 0;
  const faint = new Set();
  for (const e of document.body.querySelectorAll('*')) {
    if (e.closest('.skip') || ['TITLE', 'title', 'DESC', 'desc'].includes(e.tagName)) continue;
    if (![...e.childNodes].some(n => n.nodeType === 3 && n.textContent.trim())) continue;
    const style = getComputedStyle(e), svg = e instanceof SVGElement;
    const ink = rgb(svg ? style.fill : style.color);
    if (!ink) continue;
    looked += 1;
    const [a, b] = [light(ink), light(ground(e))].sort((x, y) => y - x), contrast = (a + 0.05) / (b + 0.05);
    if (contrast < 4.5 || ink[3] < 0.9 || Number(style.opacity) < 0.9)
      faint.add(`contrast ${contrast.toFixed(2)}: ${e.tagName}.${e.getAttribute('class')} '${e.textContent.slice(0, 30)}'`);
    const size = svg ? e.getBoundingClientRect().height : parseFloat(style.fontSize);
    if (e.getClientRects().length && size < 7.5) faint.add(`${size.toFixed(1)} px small: '${e.textContent.slice(0, 30)}'`);
  }
  problems.push(...[...faint].slice(0, 5));
  for (const svg of document.querySelectorAll('svg'))
    if (!svg.getAttribute('aria-label')) problems.push('a drawing has no name');
  for (const table of document.querySelectorAll('table'))
    if (!table.querySelector('th[scope=col]')) problems.push('a table has no column titles');
  for (const image of document.images) {
    if (!image.alt) problems.push('a picture has no description');
    if (!image.naturalWidth) problems.push('a picture cannot be shown');
  }
  for (const link of document.querySelectorAll('nav a'))
    if (!document.getElementById(link.hash.slice(1))) problems.push('a link leads nowhere: ' + link.hash);
  return {problems, looked, height: root.scrollHeight, schemeBackground: getComputedStyle(document.body).backgroundColor,
    headings: [...document.querySelectorAll('h2')].map(h => h.textContent)};
})()
"""


class Browser:
    """A headless Chromium, and one page in it."""

    def __init__(self, program):
        self.profile = tempfile.mkdtemp()
        to_child, self.sender = os.pipe()
        self.receiver, from_child = os.pipe()

        def wire():
            # Chromium reads from 3 and writes to 4; the originals may be in the way of each other.
            reading, writing = os.dup(to_child), os.dup(from_child)
            reading, writing = (os.dup(reading) if reading in (3, 4) else reading,
                                os.dup(writing) if writing in (3, 4) else writing)
            os.dup2(reading, 3)
            os.dup2(writing, 4)

        self.process = subprocess.Popen(
            [program, "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run",
             "--disable-background-networking", "--hide-scrollbars", "--remote-debugging-pipe",
             "--user-data-dir=" + self.profile, "about:blank"],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, preexec_fn=wire, close_fds=False)
        os.close(to_child)
        os.close(from_child)
        self.number, self.rest, self.events, self.session = 0, b"", [], None
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        self.session = self.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Network", "Log"):
            self.call(domain + ".enable")

    def receive(self, deadline):
        while b"\0" not in self.rest:
            ready, _, _ = select.select([self.receiver], [], [], max(0, deadline - time.monotonic()))
            piece = os.read(self.receiver, 1 << 20) if ready else b""
            if not piece:
                state = self.process.poll()
                sys.exit("error: Chromium did not answer in time" if state is None
                         else "error: Chromium ended with %s; try it by hand: chromium --headless --no-sandbox" % state)
            self.rest += piece
        message, self.rest = self.rest.split(b"\0", 1)
        return json.loads(message)

    def call(self, method, seconds=120, **parameters):
        self.number += 1
        message = {"id": self.number, "method": method, "params": parameters}
        if self.session:
            message["sessionId"] = self.session
        data = json.dumps(message).encode() + b"\0"
        while data:
            data = data[os.write(self.sender, data):]
        deadline = time.monotonic() + seconds
        while True:
            answer = self.receive(deadline)
            if answer.get("id") == self.number:
                if "error" in answer:
                    sys.exit("error: Chromium refused %s: %s" % (method, answer["error"]))
                return answer["result"]
            self.events.append(answer)

    def wait(self, event, seconds=120):
        deadline = time.monotonic() + seconds
        while not any(one.get("method") == event for one in self.events):
            self.events.append(self.receive(deadline))

    def close(self):
        self.process.kill()
        self.process.wait()
        shutil.rmtree(self.profile, ignore_errors=True)


def complaints(events, address):
    """What a page fetched, and what the browser said about it."""
    for event in events:
        detail = event.get("params", {})
        if event.get("method") == "Network.requestWillBeSent":
            url = detail["request"]["url"]
            if url != address and not url.startswith("data:"):
                yield "fetched " + url
        if event.get("method") == "Log.entryAdded":
            yield "console: " + detail["entry"]["text"]
        if event.get("method") in ("Runtime.consoleAPICalled", "Runtime.exceptionThrown"):
            yield "console: " + json.dumps(detail)[:200]


def look(browser, page, width, scheme, pictures):
    address = page.resolve().as_uri()
    browser.call("Emulation.setDeviceMetricsOverride", width=width, height=900, deviceScaleFactor=1, mobile=width < 600)
    browser.call("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}])
    browser.events.clear()
    browser.call("Page.navigate", url=address)
    browser.wait("Page.loadEventFired")
    if pictures:
        pictures.mkdir(parents=True, exist_ok=True)
        height = min(12000, browser.call("Page.getLayoutMetrics")["cssContentSize"]["height"])
        clip = {"x": 0, "y": 0, "width": width, "height": height, "scale": 1}
        data = browser.call("Page.captureScreenshot", captureBeyondViewport=True, clip=clip)["data"]
        name = "%s-%d-%s.png" % (page.stem, width, scheme)
        (pictures / name).write_bytes(base64.b64decode(data))
    found = browser.call("Runtime.evaluate", expression=LOOK, returnByValue=True)
    if "value" not in found["result"]:
        return ["the page could not be looked at: %s" % found], {}
    value = found["result"]["value"]
    problems = value["problems"] + list(complaints(browser.events, address))
    problems += ["there is no section '%s'" % name for name in SECTIONS
                 if not any(h.startswith(name) for h in value["headings"])]
    if value["looked"] < 40:
        problems.append("only %d pieces of text were found" % value["looked"])
    return problems, value


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--browser", default="chromium")
    parser.add_argument("--pictures", type=pathlib.Path)
    parser.add_argument("pages", nargs="+", type=pathlib.Path)
    options = parser.parse_args()
    failed = False
    browser = Browser(options.browser)
    try:
        for page in options.pages:
            size = page.stat().st_size
            grounds = {}
            if size > 2_000_000:
                print("FAIL %s has %d bytes, at most 2,000,000 are asked for" % (page.name, size))
                failed = True
            for width, scheme in VIEWS:
                problems, value = look(browser, page, width, scheme, options.pictures)
                grounds[scheme] = value.get("schemeBackground")
                print("%s %s, %d px, %s: %d kB, %s px high, %s texts" % (
                    "FAIL" if problems else "ok  ", page.name, width, scheme, size // 1000, value.get("height"),
                    value.get("looked")))
                for problem in problems:
                    print("     " + problem)
                failed = failed or bool(problems)
            if grounds["light"] == grounds["dark"]:
                print("FAIL %s looks the same in light and dark: %s" % (page.name, grounds["light"]))
                failed = True
    finally:
        browser.close()
    sys.exit(1 if failed else 0)


main()
