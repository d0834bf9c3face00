"use strict";
// The report's data comes from pages of unknown origin: it reaches this page as text nodes alone.

const DATA = JSON.parse(document.getElementById("data").textContent);
const COMPARING = DATA.kind === "comparison";
const SIDES = ["A", "B"];
// Families that descale ships keep their colour in every report; the order spreads similar hues.
const FAMILIES = ["paywall", "newsletter", "related", "consent", "share", "comments", "navigation", "advert",
  "byline", "caption", "foreign", "promo", "footer", "extract", "metadata"];
const HUES = 8;
const filters = { family: "", rule: "", language: "", from: "", to: "", search: "", only: "" };
let measure = "characters";
let shown = -1;

// ------------------------------------------------------------------------------ small things
function h(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name === "class") element.className = value;
    else if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (value === true) element.setAttribute(name, "");
    else if (value !== false && value !== null) element.setAttribute(name, value);
  }
  element.append(...children.flat().filter((child) => child !== null));
  return element;
}

const at = (id) => document.getElementById(id);
const number = (value) => value.toLocaleString("en");
const percent = (part, whole) => (whole ? `${((100 * part) / whole).toFixed(1)} %` : "–");
const short = (text, length) => (text.length > length ? `${text.slice(0, length)}…` : text);
const nameOf = (entry) => entry.title || entry.name;

function familyClass(family) {
  let place = FAMILIES.indexOf(family);
  if (place < 0) place = FAMILIES.push(family) - 1;
  return `hue${place % HUES}${place >= HUES ? " dashed" : ""}`;
}

const chip = (family, text = family) => h("span", { class: `chip ${familyClass(family)}` }, text);

// ----------------------------------------------------------------------------------- totals
function showRuns() {
  DATA.runs.forEach((run, side) => {
    const made = run.provenance.map((one) => `rules ${one.rule_set || "unknown"}, configuration ${one.configuration || "unknown"}`);
    at("runs").append(h("p", {}, COMPARING ? h("strong", { class: `side${SIDES[side]}` }, SIDES[side]) : null, COMPARING ? " " : null,
      h("strong", {}, run.label), ` · ${made.join("; ") || "no records"}`));
    if (run.provenance.length > 1) warn(`${run.label} mixes records of several configurations or rule sets.`);
    if (run.without_removals) warn(`${number(run.without_removals)} documents of ${run.label} say nothing about their removals: they were written without --removals.`);
    else if (run.without_document) warn(`${number(run.without_document)} documents of ${run.label} come without their original text, so what went is listed without its words.`);
    if (run.problemCount) {
      warn(`${number(run.problemCount)} files or records of ${run.label} could not be read:`, h("ul", {}, run.problems.map((line) => h("li", {}, line))));
    }
    if (run.forgotten) warn(`${run.label} has very many different lines: rare ones were forgotten on the way, so counts of lines may be too low.`);
  });
}

function warn(...content) {
  at("warnings").append(h("div", { class: "warning" }, ...content));
}

function showTotals() {
  const rows = [
    ["documents", (run) => number(run.documents)],
    ["with an article", (run) => number(run.documents - run.failed - run.empty)],
    ["empty", (run) => number(run.empty)],
    ["probably no article", (run) => number(run.doubtful)],
    ["failed", (run) => number(run.failed)],
    ["characters kept", (run) => number(run.kept), (run) => percent(run.kept, run.kept + run.removed)],
    ["characters removed", (run) => number(run.removed), (run) => percent(run.removed, run.kept + run.removed)],
  ];
  for (const [label, value, aside] of rows) {
    at("cards").append(h("div", {}, h("dt", {}, label), DATA.runs.map((run, side) => h("dd", {},
      COMPARING ? h("span", { class: `side${SIDES[side]}` }, SIDES[side]) : null, value(run), aside ? h("small", {}, aside(run)) : null))));
  }
  if (!COMPARING) return;
  const labels = { changed: "text changed", reasons: "other reasons alone", same: "the same", onlyA: "only in A", onlyB: "only in B" };
  for (const [key, label] of Object.entries(labels)) {
    at("cards").append(h("div", { class: key === "changed" ? "first" : "" }, h("dt", {}, label), h("dd", {}, number(DATA.changes[key]))));
  }
}

// ----------------------------------------------------------------------------------- charts
function showMeasures() {
  for (const name of ["characters", "removals", "documents"]) {
    const input = h("input", { type: "radio", name: "measure", value: name, checked: name === measure,
      onchange: () => { measure = name; showCharts(); } });
    at("measure").append(h("label", {}, input, ` ${name}`));
  }
}

function showCharts() {
  const open = [...document.querySelectorAll("#charts details")].map((details) => details.open);
  const rules = chart("rules", "By rule", (name) => name.split(".")[0], (name) => choose({ rule: name }));
  const languages = chart("languages", "By language", () => "", (name) => choose({ language: name }));
  at("charts").replaceChildren(
    chart("families", "By family", (name) => name, (name) => choose({ family: name })),
    h("details", { open: open[0] || false }, h("summary", {}, "By rule"), rules),
    h("details", { open: open[1] || false }, h("summary", {}, "By language"), languages));
}

function chart(group, caption, familyOf, act) {
  const shares = DATA.runs.map((run) => new Map(run[group].map((share) => [share.name, share])));
  const value = (side, name) => (shares[side].get(name) || {})[measure] || 0;
  const names = [...new Set(DATA.runs.flatMap((run) => run[group].map((share) => share.name)))];
  const greatest = (name) => Math.max(...DATA.runs.map((_, side) => value(side, name)));
  names.sort((one, other) => greatest(other) - greatest(one) || (one < other ? -1 : 1));
  const most = Math.max(1, ...names.map(greatest));
  const rows = names.map((name) => h("tr", {},
    h("th", { scope: "row" }, h("button", { type: "button", class: "link", title: "Filter the documents", onclick: () => act(name) }, name || "unknown")),
    h("td", { class: "bars" }, DATA.runs.map((_, side) => bar(value(side, name) / most, familyOf(name), side))),
    DATA.runs.map((_, side) => h("td", { class: "figure" }, number(value(side, name)))),
    COMPARING ? h("td", { class: "figure" }, signed(value(1, name) - value(0, name))) : null));
  const heads = COMPARING ? [...SIDES, "B − A"] : [measure];
  return h("table", { class: "chart" }, h("caption", {}, `${caption}: ${measure}`),
    h("thead", {}, h("tr", {}, h("th", { scope: "col" }, group === "families" ? "family" : group.slice(0, -1)), h("td", {}),
      heads.map((head) => h("th", { scope: "col", class: "figure" }, head)))),
    h("tbody", {}, rows));
}

function bar(share, family, side) {
  const made = h("span", { class: `bar ${family ? familyClass(family) : "plain"}${COMPARING ? ` of${SIDES[side]}` : ""}`, "aria-hidden": "true" });
  made.style.width = `${100 * share}%`;
  return made;
}

const signed = (value) => (value > 0 ? `+${number(value)}` : value < 0 ? `−${number(-value)}` : "0");

// ------------------------------------------------------------------------------------ lists
function showSuspicious() {
  const place = at("suspicious-list");
  if (COMPARING) {
    at("suspicious").hidden = true;
    document.querySelector('nav a[href="#suspicious"]').hidden = true;
    return;
  }
  if (!DATA.suspicious.length) {
    place.append(h("p", {}, "No removal is suspicious: none is long prose with a score below .8."));
    return;
  }
  place.append(
    h("p", {}, `${number(DATA.suspiciousCount)} removals are prose with a score below .8. If the cleaner took article text, it is most likely here; the worst come first.`),
    table(["score", "rule", "what went", "document"], DATA.suspicious.map((one) => {
      const entry = DATA.documents[one.document];
      const removal = entry.removals[one.removal];
      return [removal.score.toFixed(2), chip(removal.family, removal.rule), short(removal.text || `(${number(removal.characters)} characters)`, 400), link(one.document, one.removal)];
    })));
}

function showLines() {
  if (COMPARING) at("lines-title").textContent = "Lines that only one run removes";
  const place = at("line-list");
  if (!DATA.lines.length) {
    place.append(h("p", {}, COMPARING ? "None in the documents shown." : "No line was removed twice, or the run holds no original texts."));
    return;
  }
  place.append(
    h("p", {}, COMPARING ? `Counted in the ${number(DATA.documents.length)} changed documents shown below.`
      : "Letter case, spaces and numbers do not tell lines apart. A line of an article that stands here is a mistake made many times."),
    table([COMPARING ? "removed in" : null, "times", "rule", "line", "document"].filter(Boolean), DATA.lines.map((line) => [
      ...(COMPARING ? [h("span", { class: `side${line.only}` }, `only ${line.only}`)] : []),
      number(line.count), chip(line.rule.split(".")[0], line.rule), line.text, link(line.document, null)])));
}

function table(heads, rows) {
  return h("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": heads.join(", ") }, h("table", { class: "list" },
    h("thead", {}, h("tr", {}, heads.map((head) => h("th", { scope: "col" }, head)))),
    h("tbody", {}, rows.map((cells) => h("tr", {}, cells.map((cell) => h("td", {}, cell)))))));
}

function link(document, removal) {
  const target = removal === null ? `#document-${document}` : `#document-${document}-${removal}`;
  return h("a", { href: target }, short(nameOf(DATA.documents[document]), 60));
}

// ---------------------------------------------------------------------------------- filters
function showFilters() {
  const removals = DATA.documents.flatMap((entry) => entry.removals);
  const values = (of) => [...new Set(of)].sort();
  const form = at("filters");
  form.append(select("family", "Family", values(removals.map((one) => one.family))), select("rule", "Rule", values(removals.map((one) => one.rule))),
    select("language", "Language", values(DATA.documents.map((entry) => entry.language || ""))));
  if (COMPARING) form.append(select("only", "Removed only in", SIDES));
  form.append(
    field("from", "Confidence from", { type: "number", min: 0, max: 1, step: 0.05 }),
    field("to", "to", { type: "number", min: 0, max: 1, step: 0.05 }),
    field("search", "Text", { type: "search", placeholder: "in pages, rules, evidence" }),
    h("button", { type: "reset" }, "Show all"));
  form.addEventListener("input", readFilters);
  form.addEventListener("change", readFilters); // a choice made by a program tells of itself by this alone
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("reset", () => setTimeout(readFilters));
}

function select(name, label, values) {
  const options = values.map((value) => h("option", { value: value || "unknown" }, value || "unknown"));
  return h("label", {}, `${label} `, h("select", { name }, h("option", { value: "" }, "all"), options));
}

const field = (name, label, attributes) => h("label", {}, `${label} `, h("input", { name, ...attributes }));

function readFilters() {
  const before = JSON.stringify(filters);
  for (const name of Object.keys(filters)) {
    const input = at("filters").elements[name];
    if (input) filters[name] = input.value;
  }
  // Leaving a field tells of its change once more; a new list then would take the focus off the old one.
  if (JSON.stringify(filters) !== before) showList();
}

function choose(wanted) {
  at("filters").reset();
  for (const [name, value] of Object.entries(wanted)) {
    const input = at("filters").elements[name];
    const known = [...input.options].some((option) => option.value === (value || "unknown"));
    input.value = known ? value || "unknown" : "";
  }
  readFilters();
  at("documents").scrollIntoView();
}

const wanted = (removal) => (!filters.family || removal.family === filters.family) && (!filters.rule || removal.rule === filters.rule)
  && (!filters.only || removal.only === filters.only);

function matches(entry) {
  const byRemoval = filters.family || filters.rule || filters.only;
  if (byRemoval && !entry.removals.some(wanted)) return false;
  if (filters.language && (entry.language || "unknown") !== filters.language) return false;
  if (filters.from && !(entry.confidence !== null && entry.confidence >= Number(filters.from))) return false;
  if (filters.to && !(entry.confidence !== null && entry.confidence <= Number(filters.to))) return false;
  return !filters.search || haystack(entry).includes(filters.search.toLowerCase());
}

function haystack(entry) {
  const removals = entry.removals.flatMap((one) => [one.rule, one.evidence, one.text || ""]);
  return [entry.name, entry.title || "", entry.text, ...removals].join("\n").toLowerCase();
}

function showList() {
  const found = DATA.documents.map((_, place) => place).filter((place) => matches(DATA.documents[place]));
  at("found").textContent = `${number(found.length)} of ${number(DATA.documents.length)} documents shown`;
  at("list").replaceChildren(...found.map(listItem));
  if (found.length && !found.includes(shown)) showDocument(found[0], null);
  else if (found.length) showDocument(shown, null);
  else at("viewer").replaceChildren(h("p", {}, "No document suits the filters."));
}

function listItem(place) {
  const entry = DATA.documents[place];
  const worst = Math.max(0, ...entry.removals.map((one) => one.suspicion));
  const facts = [entry.language || "language unknown", entry.confidence === null ? null : `confidence ${entry.confidence.toFixed(2)}`,
    entry.error ? "failed" : `${percent(entry.removed, entry.kept + entry.removed)} removed`].filter(Boolean);
  return h("li", {}, h("a", { href: `#document-${place}`, "aria-current": place === shown ? "true" : null },
    h("span", { class: "name" }, short(nameOf(entry), 90)), h("span", { class: "facts" }, facts.join(" · "),
      worst && !COMPARING ? h("span", { class: "look" }, "check") : null)));
}

// ----------------------------------------------------------------------------- one document
function showDocument(place, removal) {
  shown = place;
  const entry = DATA.documents[place];
  for (const anchor of at("list").querySelectorAll("a")) {
    if (anchor.getAttribute("href") === `#document-${place}`) anchor.setAttribute("aria-current", "true");
    else anchor.removeAttribute("aria-current");
  }
  hideTip();
  const right = COMPARING ? [h("h4", {}, "Kept text, A to B"), diffPane(entry)] : [h("h4", {}, "Kept"), h("div", pane("Kept text"), entry.text || "(nothing)")];
  at("viewer").replaceChildren(
    h("h3", {}, nameOf(entry)),
    h("p", { class: "facts" }, [entry.title ? entry.name : null, entry.language, entry.confidence === null ? null : `confidence ${entry.confidence.toFixed(2)}`,
      ...entry.notes].filter(Boolean).join(" · ")),
    ...remarks(entry), legend(entry),
    h("div", { class: "panes" }, h("div", {}, h("h4", {}, "Original, with what went"), originalPane(entry)), h("div", {}, right)),
    removalTable(entry));
  if (removal !== null) {
    const piece = at("viewer").querySelector(`[data-removal="${removal}"]`);
    if (piece) { piece.scrollIntoView({ block: "center" }); piece.focus({ preventScroll: true }); }
  }
}

function remarks(entry) {
  const errors = COMPARING ? entry.errors.map((error, side) => (error ? `${SIDES[side]}: ${error}` : null)).filter(Boolean) : entry.error ? [entry.error] : [];
  const said = errors.map((error) => h("p", { class: "warning" }, `Not cleaned: ${error}`));
  if (entry.cut) said.push(h("p", { class: "warning" }, "This document is very long: only its beginning is shown."));
  return said;
}

function legend(entry) {
  const families = [...new Set(entry.removals.map((one) => one.family))].sort();
  return h("p", { class: "legend" }, families.map((family) => chip(family)),
    COMPARING ? [h("span", { class: "sideA" }, "only A removes"), h("span", { class: "sideB" }, "only B removes")] : null);
}

function originalPane(entry) {
  if (!entry.segments) {
    const why = COMPARING ? "The two runs have no original text in common, so only the kept texts are compared."
      : "This record holds no original text. What went is listed below, without its words.";
    return h("div", { class: "pane" }, h("p", { class: "facts" }, entry.error ? "Not cleaned." : why));
  }
  return h("div", pane("Original text"), entry.segments.map(([text, place]) => (place < 0 ? text : piece(entry.removals[place], place, text))));
}

// What scrolls can be reached and scrolled by keyboard.
const pane = (label, more = "") => ({ class: `pane${more}`, dir: "auto", tabindex: "0", role: "region", "aria-label": label });

function piece(removal, place, text) {
  const side = COMPARING ? (removal.only ? ` side${removal.only}` : " both") : "";
  const made = h("mark", { class: `${familyClass(removal.family)}${side}${wanted(removal) ? "" : " dim"}`, tabindex: "0",
    "data-removal": place, "data-label": COMPARING && removal.only ? `${removal.only} ${removal.family}` : removal.family }, text);
  made.addEventListener("mouseenter", () => showTip(made, removal));
  made.addEventListener("focus", () => showTip(made, removal));
  made.addEventListener("mouseleave", hideTip);
  made.addEventListener("blur", hideTip);
  return made;
}

function diffPane(entry) {
  const names = { "-": "del", "+": "ins" };
  const marks = { "-": "− ", "+": "+ ", " ": "  ", "@": "" };
  return h("div", pane("Diff of the kept text", " diff"), entry.diff.map(([mark, line]) => h(names[mark] || "p", {}, marks[mark] + line)));
}

function removalTable(entry) {
  if (!entry.listed) return h("p", { class: "facts" }, "This record says nothing about its removals.");
  const rows = entry.removals.filter(wanted).map((one) => [
    ...(COMPARING ? [one.only ? `only ${one.only}` : "both"] : []),
    chip(one.family, one.rule), one.score.toFixed(2), one.text === null ? `${number(one.characters)} characters at ${one.start}` : short(one.text, 200), one.evidence]);
  const heads = [...(COMPARING ? ["run"] : []), "rule", "score", "what went", "evidence"];
  return h("details", { class: "all", open: !entry.segments }, h("summary", {}, `${number(rows.length)} removals as a table`), table(heads, rows));
}

// ----------------------------------------------------------------------------- the tool tip
function showTip(target, removal) {
  const tip = at("tip");
  tip.replaceChildren(h("strong", {}, removal.rule), ` · score ${removal.score.toFixed(2)}`, h("br"), removal.evidence || "no evidence told");
  tip.hidden = false;
  target.setAttribute("aria-describedby", "tip");
  placeTip(target);
}

function placeTip(target) {
  const tip = at("tip");
  const box = target.getClientRects()[0] || target.getBoundingClientRect();
  const left = Math.min(box.left, document.documentElement.clientWidth - tip.offsetWidth - 8);
  const above = box.top - tip.offsetHeight - 6;
  tip.style.left = `${Math.max(8, left)}px`;
  tip.style.top = `${above > 4 ? above : box.top + 24}px`;
}

function hideTip() {
  at("tip").hidden = true;
  for (const described of document.querySelectorAll("[aria-describedby=tip]")) described.removeAttribute("aria-describedby");
}

document.addEventListener("keydown", (event) => { if (event.key === "Escape") hideTip(); });
// Moving on to a piece by keyboard scrolls it into view, and its tip goes with it.
document.addEventListener("scroll", () => {
  const focused = document.querySelector("mark:focus[aria-describedby=tip]");
  if (focused) placeTip(focused);
  else hideTip();
}, true);

// ------------------------------------------------------------------------------------ start
function followAddress() {
  const found = /^#document-(\d+)(?:-(\d+))?$/.exec(location.hash);
  if (!found || !DATA.documents[Number(found[1])]) return;
  if (!matches(DATA.documents[Number(found[1])])) { at("filters").reset(); readFilters(); }
  showDocument(Number(found[1]), found[2] === undefined ? null : Number(found[2]));
  if (found[2] === undefined) { at("viewer").scrollIntoView(); at("viewer").focus({ preventScroll: true }); }
}

showRuns();
showTotals();
showMeasures();
showCharts();
showSuspicious();
showLines();
showFilters();
showList();
addEventListener("hashchange", followAddress);
followAddress();
