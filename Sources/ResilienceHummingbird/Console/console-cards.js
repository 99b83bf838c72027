const FIGURES = [
  ["rate", "Calls/s"], ["errors", "Errors"], ["p50", "p50"], ["p95", "p95"], ["p99", "p99"],
  ["attempts", "Attempts"], ["fallback", "Fallback"],
];

function rank(dependency) {
  const own = stateOf(dependency.state).rank * 10;
  return own + (dependency.usable ? 0 : 5) + (dependency.degraded ? 2 : 0) + (dependency.traffic.errorShare >= 0.1 ? 1 : 0);
}
const CRITICALITY = { critical: 0, important: 1, optional: 2 };
// Name last, so that equals keep their place.
function worstFirst(left, right) {
  return rank(right) - rank(left) || CRITICALITY[left.criticality] - CRITICALITY[right.criticality] || (left.name < right.name ? -1 : 1);
}

function makeCard(name) {
  const parts = { title: make("h3"), url: make("div", { class: "url" }), criticality: make("span", { class: "critical" }) };
  parts.label = make("span");
  parts.state = make("span", { class: "state", "data-testid": "state", "data-name": name });
  parts.spark = makeSVG("svg", { class: "spark", viewBox: "0 0 120 34", preserveAspectRatio: "none", role: "img" });
  parts.area = makeSVG("path", { class: "area" });
  parts.line = makeSVG("path", { class: "line" });
  parts.fail = makeSVG("path", { class: "fail" });
  parts.spark.append(parts.area, parts.line, parts.fail, makeSVG("line", { class: "base", x1: 0, x2: 120, y1: 33.5, y2: 33.5 }));
  parts.figures = {};
  const list = make("dl", { class: "figures" });
  for (const [key, label] of FIGURES) {
    parts.figures[key] = make("dd", { "data-testid": key });
    list.append(make("div", {}, make("dt", {}, label), parts.figures[key]));
  }
  const detailsID = "details-" + name;
  parts.toggle = make("button", {
    class: "toggle", type: "button", "aria-expanded": "false", "aria-controls": detailsID,
    "data-testid": "toggle", on: { click: () => toggleDetails(name) },
  }, icon({ shape: "M4 6l4 4 4-4" }));
  parts.toggle.setAttribute("aria-label", "Details of " + name);
  parts.note = make("p", { class: "note", "data-testid": "override-note", hidden: true });
  parts.details = make("div", { class: "details", id: detailsID, "data-testid": "details", hidden: true });
  parts.title.append(document.createTextNode(name), parts.criticality);
  parts.title.title = name;
  parts.root = make("li", { class: "card", "data-testid": "dependency", "data-name": name },
    make("div", { class: "row" }, make("div", { class: "name" }, parts.title, parts.url), parts.state, parts.spark, list, parts.toggle),
    parts.note, parts.details);
  return parts;
}

function updateCard(parts, dependency, now) {
  const look = stateOf(dependency.state);
  if (parts.state.dataset.state !== dependency.state) {
    parts.state.dataset.state = dependency.state;
    parts.state.dataset.tone = look.tone;
    setText(parts.label, look.word);
    parts.state.replaceChildren(icon(look), parts.label);
  }
  setAttribute(parts.root, "data-state", dependency.state);
  setAttribute(parts.root, "data-tone", look.tone);
  setText(parts.criticality, dependency.criticality);
  setText(parts.url, dependency.url);
  setAttribute(parts.url, "title", dependency.url);
  const traffic = dependency.traffic;
  const idle = traffic.requestsPerSecond === 0;
  const texts = {
    rate: showRate(traffic.requestsPerSecond), errors: idle ? "–" : showShare(traffic.errorShare),
    p50: idle ? "–" : showMilliseconds(traffic.p50Milliseconds), p95: idle ? "–" : showMilliseconds(traffic.p95Milliseconds),
    p99: idle ? "–" : showMilliseconds(traffic.p99Milliseconds), attempts: idle ? "–" : traffic.attemptsPerRequest.toFixed(2),
    fallback: idle ? "–" : showShare(traffic.fallbackShare),
  };
  for (const [key, text] of Object.entries(texts)) setText(parts.figures[key], text);
  setAttribute(parts.figures.errors, "data-tone", traffic.errorShare >= 0.1 ? "bad" : traffic.errorShare >= 0.01 ? "warn" : "none");
  drawSpark(parts, dependency.sparkline);
  const override = dependency.breaker && dependency.breaker.override;
  parts.note.hidden = !override;
  if (override) {
    setText(parts.note, stateOf(override.state).word + " by " + override.actor + " since " + showUntil(override.since, now)
      + (override.expires ? ", until " + showUntil(override.expires, now) : ", until removed") + ": " + override.reason);
  }
}

function drawSpark(parts, points) {
  const count = Math.max(120, points.length);
  const top = Math.max(4, ...points.map((point) => point.requests));
  const offset = count - points.length;
  const y = (value) => (33 - value / top * 31).toFixed(1);
  let line = "", fail = "", requests = 0, failures = 0;
  points.forEach((point, index) => {
    const x = (offset + index) * 120 / count;
    line += (index ? "L" : "M") + x.toFixed(1) + " " + y(point.requests);
    if (point.failures) fail += "M" + x.toFixed(1) + " 33V" + y(point.failures) + "h.8V33z";
    requests += point.requests; failures += point.failures;
  });
  setAttribute(parts.line, "d", line);
  setAttribute(parts.area, "d", line ? line + "V33H" + (offset * 120 / count).toFixed(1) + "z" : "");
  setAttribute(parts.fail, "d", fail);
  setAttribute(parts.spark, "aria-label",
    "Last two minutes: " + whole.format(requests) + " requests, " + whole.format(failures) + " failures");
}

function renderDependencies(dependencies, now) {
  const list = $("dependencies");
  const sorted = [...dependencies].sort(worstFirst);
  const present = new Set(sorted.map((dependency) => dependency.name));
  for (const [name, parts] of model.cards) if (!present.has(name)) { parts.root.remove(); model.cards.delete(name); }
  const focused = document.activeElement;
  sorted.forEach((dependency, index) => {
    let parts = model.cards.get(dependency.name);
    if (!parts) { parts = makeCard(dependency.name); model.cards.set(dependency.name, parts); }
    updateCard(parts, dependency, now);
    if (list.children[index] !== parts.root) list.insertBefore(parts.root, list.children[index] || null);
    announce(dependency);
    if (!parts.details.hidden) renderDetails(dependency, now);
  });
  // Moving a card takes the focus from it: give it back.
  if (focused && focused !== document.activeElement && list.contains(focused)) focused.focus({ preventScroll: true });
  $("empty").hidden = sorted.length > 0;
  const trouble = sorted.filter((dependency) => !dependency.usable).length;
  setText($("tally"), sorted.length + " in all, " + (trouble ? trouble + " not usable" : "all usable"));
}

function announce(dependency) {
  const before = model.states.get(dependency.name);
  model.states.set(dependency.name, dependency.state);
  if (before && before !== dependency.state) setText($("announcer"), dependency.name + " is now " + stateOf(dependency.state).word.toLowerCase());
}
