// The dependency graph: who needs whom, what has failed by itself, and what only follows from it.
const HEALTH = {
  healthy: { word: "Healthy", tone: "ok", rank: 0, shape: "M8 1.5a6.5 6.5 0 1 0 .01 0M5 8.2l2.2 2.2L11 6" },
  degraded: { word: "Degraded", tone: "warn", rank: 2, shape: "M8 2l6.5 11.5h-13zM8 6.5v3.5M8 11.6v.4" },
  unhealthy: { word: "Unhealthy", tone: "bad", rank: 3, shape: "M5 1h6l4 4v6l-4 4H5l-4-4V5zM5 5l6 6M11 5l-6 6" },
  unknown: { word: "Unknown", tone: "info", rank: 1, shape: "M8 1.5a6.5 6.5 0 1 0 .01 0M6 6a2 2 0 1 1 2 2.3v1M8 11.6v.4" },
};
const TRENDS = { rising: "↗", steady: "→", falling: "↘" };
const NODE = { width: 176, height: 52, gapX: 70, gapY: 16, margin: 8 };
const graph = { key: "", nodes: new Map() };

function healthOf(state) { return HEALTH[state] || HEALTH.unknown; }

// Columns from who needs others to who needs nobody; what stands alone comes below.
function layOut(components) {
  const byName = new Map(components.map((each) => [each.name, each]));
  const needed = new Map(components.map((each) => [each.name, []]));
  for (const each of components) for (const name of each.dependsOn) if (byName.has(name)) needed.get(name).push(each.name);
  const level = new Map();
  const depth = (name) => {
    if (!level.has(name)) level.set(name, 0), level.set(name, Math.max(-1, ...needed.get(name).map(depth)) + 1);
    return level.get(name);
  };
  const connected = components.filter((each) => needed.get(each.name).length || each.dependsOn.some((name) => byName.has(name)));
  const columns = [];
  for (const each of connected) (columns[depth(each.name)] ||= []).push(each.name);
  const row = new Map();
  columns.forEach((column, index) => {
    // Near to who needs them, so that lines cross little.
    const wanted = (name) => index === 0 ? 0 : needed.get(name).reduce((sum, each) => sum + (row.get(each) || 0), 0) / Math.max(1, needed.get(name).length);
    column.sort((left, right) => wanted(left) - wanted(right) || (left < right ? -1 : 1));
    column.forEach((name, at) => row.set(name, at));
  });
  const places = new Map();
  const stepX = NODE.width + NODE.gapX, stepY = NODE.height + NODE.gapY;
  columns.forEach((column, index) => column.forEach((name, at) =>
    places.set(name, { x: NODE.margin + index * stepX, y: NODE.margin + at * stepY })));
  const rows = Math.max(0, ...columns.map((column) => column.length));
  const alone = components.filter((each) => !places.has(each.name));
  const perRow = Math.max(3, columns.length);
  alone.forEach((each, index) => places.set(each.name, {
    x: NODE.margin + index % perRow * stepX, y: NODE.margin + (rows + Math.floor(index / perRow)) * stepY,
  }));
  const bottom = rows + Math.ceil(alone.length / perRow);
  const across = Math.max(columns.length, Math.min(perRow, alone.length));
  return { places, width: NODE.margin * 2 + across * stepX - NODE.gapX, height: NODE.margin * 2 + bottom * stepY - NODE.gapY };
}

function buildGraph(components) {
  const { places, width, height } = layOut(components);
  const root = $("health-graph");
  graph.nodes.clear();
  root.replaceChildren();
  setAttribute(root, "viewBox", "0 0 " + width + " " + height);
  setAttribute(root, "width", String(width));
  setAttribute(root, "height", String(height));
  for (const each of components) for (const name of each.dependsOn) {
    const from = places.get(each.name), to = places.get(name);
    if (!to) continue;
    const startX = from.x + NODE.width, startY = from.y + NODE.height / 2, endX = to.x, endY = to.y + NODE.height / 2;
    const middle = (startX + endX) / 2;
    const line = "M" + startX + " " + startY + "C" + middle + " " + startY + " " + middle + " " + endY + " " + endX + " " + endY;
    root.append(makeSVG("path", { class: "edge", d: line, "data-from": each.name, "data-to": name }));
  }
  for (const each of components) {
    const place = places.get(each.name);
    const parts = {
      mark: makeSVG("path", { class: "mark" }), name: makeSVG("text", { class: "node-name", x: 32, y: 21 }),
      line: makeSVG("text", { class: "node-line", x: 12, y: 41 }), title: makeSVG("title"),
    };
    parts.root = makeSVG("g", {
      class: "node", transform: "translate(" + place.x + " " + place.y + ")", "data-testid": "health-node", "data-name": each.name,
    }, parts.title, makeSVG("rect", { width: NODE.width, height: NODE.height, rx: 7 }),
      makeSVG("g", { transform: "translate(10 8)" }, parts.mark), parts.name, parts.line);
    setText(parts.name, each.name.length > 18 ? each.name.slice(0, 17) + "…" : each.name);
    graph.nodes.set(each.name, parts);
    root.append(parts.root);
  }
}

function partOf(component) {
  if (component.part === "cause") return "root cause";
  if (component.part === "consequence") return component.causes.length ? "because of " + component.causes.join(", ") : "a consequence";
  return "";
}

function renderHealth(components, health) {
  // Without checks and arrows the cards tell everything.
  const shown = components.some((each) => each.check || each.dependsOn.length);
  $("health-section").hidden = !shown;
  if (!shown) return;
  const score = health.score;
  setText($("health-score"), score === undefined || score === null ? "–" : score + " of 100 " + (TRENDS[health.trend] || ""));
  setText($("health-output"), (health.causes && health.causes.length && health.output) || "");
  const key = JSON.stringify(components.map((each) => [each.name, each.dependsOn]));
  if (key !== graph.key) { graph.key = key; buildGraph(components); }
  for (const each of components) {
    const parts = graph.nodes.get(each.name);
    const look = healthOf(each.state);
    const part = partOf(each);
    setAttribute(parts.root, "data-state", each.state);
    setAttribute(parts.root, "data-tone", look.tone);
    setAttribute(parts.root, "data-part", each.part || "none");
    setAttribute(parts.mark, "d", look.shape);
    const figures = each.score === undefined || each.score === null ? look.word : each.score + " " + (TRENDS[each.trend] || "");
    setText(parts.line, part ? figures + " · " + part : figures);
    setText(parts.title, each.name + ": " + look.word.toLowerCase() + (part ? ", " + part : "") + (each.reason ? ": " + each.reason : ""));
  }
  for (const edge of $("health-graph").querySelectorAll(".edge")) {
    const from = components.find((each) => each.name === edge.dataset.from);
    const carries = from && from.part === "consequence" && components.some((each) => each.name === edge.dataset.to && each.part);
    setAttribute(edge, "data-carries", String(Boolean(carries)));
  }
  const count = (state) => components.filter((each) => each.state === state).length;
  setAttribute($("health-graph"), "aria-label", "Dependency graph: " + components.length + " components, "
    + count("healthy") + " healthy, " + count("degraded") + " degraded, " + count("unhealthy") + " unhealthy. "
    + (health.output || "All is well."));
  renderChecks(components);
}

function renderChecks(components) {
  const sorted = [...components].sort((left, right) =>
    (right.part === "cause") - (left.part === "cause") || healthOf(right.state).rank - healthOf(left.state).rank || (left.name < right.name ? -1 : 1));
  const body = $("health-checks");
  while (body.children.length > sorted.length) body.lastChild.remove();
  sorted.forEach((each, index) => {
    let row = body.children[index];
    if (!row) {
      row = make("tr", { "data-testid": "health-check" }, make("th", { scope: "row" }), ...Array.from({ length: 6 }, () => make("td")));
      body.append(row);
    }
    const check = each.check;
    const look = healthOf(each.state);
    setAttribute(row, "data-name", each.name);
    setAttribute(row, "data-part", each.part || "none");
    const cells = [
      each.name, look.word, partOf(each) || "–", each.score === undefined || each.score === null ? "–" : each.score + " " + (TRENDS[each.trend] || ""),
      check ? check.what + ", every " + showLength(check.intervalSeconds) : "no check; calls tell",
      check && check.latencyMilliseconds !== undefined && check.latencyMilliseconds !== null
        ? showMilliseconds(check.latencyMilliseconds) + (check.observedUnit && check.observedUnit !== "ms" ? ", " + check.observedValue + " " + check.observedUnit : "") : "–",
      each.reason || "–",
    ];
    cells.forEach((text, at) => setText(row.children[at], text));
    row.children[1].className = "tone-" + look.tone;
  });
}
