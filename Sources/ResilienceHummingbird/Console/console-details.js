const ACTIONS = {
  isolated: { verb: "Isolate", effect: "Every call is refused at once; fallbacks still answer.", expires: true },
  disabled: { verb: "Disable", effect: "Every call passes, whatever happens. Nothing protects the dependency.", expires: true },
  observing: { verb: "Observe", effect: "The breaker counts and reports, but refuses nothing.", expires: true },
  remove: { verb: "Remove override", effect: "The breaker decides by itself again.", expires: false },
  reset: { verb: "Reset", effect: "The breaker closes and its window is emptied.", expires: false },
};

function toggleDetails(name) {
  const parts = model.cards.get(name);
  const opening = parts.details.hidden;
  parts.details.hidden = !opening;
  parts.toggle.setAttribute("aria-expanded", String(opening));
  if (!opening) { model.details.delete(name); return; }
  const dependency = model.snapshot && model.snapshot.dependencies.find((each) => each.name === name);
  if (dependency) renderDetails(dependency, model.snapshot.at);
}

// The page is drawn from the snapshot; evidence and transitions, which are long, are fetched when they may have changed.
async function fetchEvidence(dependency) {
  const breaker = dependency.breaker;
  const key = breaker.generation + "/" + breaker.since + "/" + breaker.state;
  const known = model.details.get(dependency.name);
  if (known && (known.key === key || known.pending)) return;
  model.details.set(dependency.name, { ...known, pending: true });
  try {
    const full = await call("GET", "/api/breakers/" + encodeURIComponent(breaker.name));
    model.details.set(dependency.name, { key, breaker: full });
  } catch {
    model.details.delete(dependency.name);
  }
  const parts = model.cards.get(dependency.name);
  if (parts && !parts.details.hidden) renderEvidence(parts, dependency.name);
}

function renderDetails(dependency, now) {
  const parts = model.cards.get(dependency.name);
  const breaker = dependency.breaker;
  if (!breaker) {
    if (!parts.details.firstChild) parts.details.append(make("p", { class: "muted wide" }, "This dependency has no circuit breaker."), settingsButton(dependency.name));
    return;
  }
  if (!parts.why) buildDetails(parts, dependency);
  setText(parts.why, breaker.explanation);
  const wait = breaker.openUntil ? Math.max(0, (breaker.openUntil - now) / 1000) : 0;
  setText(parts.since, "In this state for " + showLength(Math.max(0, (now - breaker.since) / 1000)) + (wait ? "; tries again in " + showLength(wait) : "")
    + "; opened " + whole.format(breaker.trips) + (breaker.trips === 1 ? " time" : " times") + " since start.");
  renderGauges(parts.gauges, breaker);
  const bulkhead = dependency.bulkhead;
  const candidate = breaker.candidate;
  parts.candidate.hidden = !candidate;
  if (candidate) {
    const refused = candidate.wouldHaveRefusedSucceeded + candidate.wouldHaveRefusedFailed;
    setText(parts.candidate, "Candidate settings would be " + candidate.state + (candidate.agrees ? ", like the live ones. " : ", unlike the live ones. ")
      + "They would have refused " + whole.format(refused) + " calls (" + whole.format(candidate.wouldHaveRefusedSucceeded) + " of them went well) and admitted "
      + whole.format(candidate.wouldHaveAdmitted) + " that were refused. " + candidate.explanation);
  }
  setText(parts.facts, (bulkhead
    ? "Bulkhead: " + dependency.inFlight + " of " + bulkhead.maxConcurrent + " running, " + dependency.queued + " of " + bulkhead.maxQueue + " waiting. " : "")
    + "Refused: " + showShare(dependency.traffic.rejectedShare) + " of calls.");
  for (const [name, button] of Object.entries(parts.buttons)) {
    button.disabled = !mayWrite();
    if (name === "remove") button.hidden = !breaker.override;
  }
  fetchEvidence(dependency);
}

function buildDetails(parts, dependency) {
  parts.why = make("p", { class: "why", "data-testid": "explanation" });
  parts.since = make("p", { class: "muted" });
  parts.gauges = make("div", { "data-testid": "gauges" });
  parts.candidate = make("p", { class: "muted wide", "data-testid": "candidate", hidden: true });
  parts.facts = make("p", { class: "facts" });
  parts.evidence = make("div", { class: "stack" });
  parts.buttons = {};
  const actions = make("div", { class: "actions", role: "group", "aria-label": "Actions for " + dependency.name });
  for (const [name, action] of Object.entries(ACTIONS)) {
    parts.buttons[name] = make("button", {
      type: "button", "data-testid": "action-" + name, on: { click: () => openAction(name, dependency.breaker.name) },
    }, action.verb + "…");
    actions.append(parts.buttons[name]);
  }
  actions.append(settingsButton(dependency.name));
  parts.details.replaceChildren(
    make("div", { class: "wide" }, make("h4", {}, "Why it is in this state"), parts.why, parts.since, parts.candidate),
    make("div", { class: "wide" }, actions),
    make("div", {}, make("h4", {}, "Counts against thresholds"), parts.gauges, parts.facts), parts.evidence);
}

function settingsButton(name) {
  return make("button", { type: "button", "data-testid": "open-settings", on: { click: (event) => openSettings(name, event.currentTarget) } }, "Settings…");
}

function renderGauges(root, breaker) {
  const counts = breaker.counts, settings = breaker.settings;
  const enough = counts.total >= settings.minimumCalls;
  const share = (part) => counts.total ? part / counts.total : 0;
  const judged = enough ? "" : " (judged from " + settings.minimumCalls + " calls, now " + counts.total + ")";
  const gauges = [
    ["Failures in a row", settings.consecutiveFailures, counts.consecutiveFailures, String, ""],
    ["Failed share in " + settings.window, settings.failureRateThreshold, share(counts.failures), showShare, judged],
    ["Slow share in " + settings.window + (settings.slowCallThresholdSeconds ? ", slower than " + showLength(settings.slowCallThresholdSeconds) : ""),
      settings.slowCallRateThreshold, share(counts.slow), showShare, judged],
  ].filter((gauge) => gauge[1] !== undefined && gauge[1] !== null);
  while (root.children.length > gauges.length) root.lastChild.remove();
  gauges.forEach(([label, threshold, value, show, suffix], index) => {
    let row = root.children[index];
    if (!row) {
      row = make("div", { class: "gauge" }, make("span"), make("span"), make("meter", { min: 0, max: 1, low: 0.6, high: 0.999, optimum: 0 }));
      root.append(row);
    }
    setText(row.children[0], label + suffix);
    setText(row.children[1], show(value) + " of " + show(threshold));
    setAttribute(row.children[2], "value", String(Math.min(1, threshold ? value / threshold : 0)));
    setAttribute(row.children[2], "aria-label", label);
  });
}

function renderEvidence(parts, name) {
  const known = model.details.get(name);
  if (!known || !known.breaker || !parts.evidence) return;
  const { evidence = [], transitions = [] } = known.breaker;
  const outcomes = table("What led to the last opening", "evidence",
    [["Time"], ["Outcome"], ["Took", "number"], ["Attempt", "number"], ["Error", "text"]],
    evidence.map((each) => [
      showTime(each.at), outcomeCell(each.outcome), showMilliseconds(each.durationMilliseconds), String(each.attempt), each.error || "–",
    ]), "It has not opened since the start.");
  const changes = table("Latest changes of state", "transitions", [["Time"], ["Change"], ["Reason", "text"]],
    transitions.map((each) => [showTime(each.at), stateOf(each.from).word + " → " + stateOf(each.to).word, each.reason]), "It has not changed its state.");
  parts.evidence.replaceChildren(outcomes, changes);
}

function outcomeCell(outcome) {
  const tone = { success: "ok", failure: "bad", slow: "warn" }[outcome] || "none";
  const mark = { success: "✓ ", failure: "✕ ", slow: "◷ ", ignored: "– " }[outcome] || "";
  return make("span", { class: "tone-" + tone }, mark + outcome);
}

function table(caption, testid, columns, rows, empty) {
  const id = "table-" + testid + "-" + Math.random().toString(36).slice(2);
  const title = make("h4", { id }, caption);
  if (!rows.length) return make("div", { "data-testid": testid }, title, make("p", { class: "muted" }, empty));
  const head = make("tr", {}, ...columns.map(([label, kind]) => make("th", { scope: "col", class: kind || "" }, label)));
  const body = rows.map((cells) => make("tr", {}, ...cells.map((cell, index) => make("td", { class: columns[index][1] || "" }, cell))));
  return make("div", { "data-testid": testid }, title,
    make("div", { class: "scroll", tabindex: "0", role: "region", "aria-labelledby": id },
      make("table", { "aria-labelledby": id }, make("thead", {}, head), make("tbody", {}, ...body))));
}

let pendingAction = null;

function openAction(name, breaker) {
  const action = ACTIONS[name];
  showDialog(action.verb + " " + breaker, action.effect, action.expires, async (reason, length) => {
    const base = "/api/breakers/" + encodeURIComponent(breaker);
    if (name === "remove") return call("DELETE", base + "/override", { reason });
    if (name === "reset") return call("POST", base + "/reset", { reason });
    return call("PUT", base + "/override", length ? { state: name, reason, for: length } : { state: name, reason });
  });
}

function showDialog(title, effect, expires, send) {
  setText($("action-title"), title);
  setText($("action-effect"), effect);
  $("action-expiry-row").hidden = !expires;
  $("action-reason").value = "";
  setText($("action-error"), "");
  pendingAction = send;
  $("action").showModal();
}

async function submitAction(event) {
  event.preventDefault();
  const reason = $("action-reason").value.trim();
  if (!reason) {
    setText($("action-error"), "Say why, so that others understand it later.");
    $("action-reason").focus();
    return;
  }
  $("action-submit").disabled = true;
  try {
    await pendingAction(reason, $("action-expiry").value);
    $("action").close();
  } catch (refusal) {
    setText($("action-error"), refusal.message);
    if (refusal.status === 401) { $("action").close(); showLogin(); }
  } finally {
    $("action-submit").disabled = false;
  }
}
