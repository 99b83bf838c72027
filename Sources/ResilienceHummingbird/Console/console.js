const EVENTS_KEPT = 100;
const SILENCE_MILLISECONDS = 6000;
const live = { source: null, lastHeard: 0, poll: null, retry: null };

function render(snapshot) {
  model.snapshot = snapshot;
  live.lastHeard = Date.now();
  setText($("service"), snapshot.health.service);
  document.title = (snapshot.health.status === "pass" ? "" : "● ") + snapshot.health.service + " – Resilience console";
  const grades = { pass: ["✓ Healthy", "tone-ok"], warn: ["◐ Degraded", "tone-warn"], fail: ["✕ Failing", "tone-bad"] };
  const [word, tone] = grades[snapshot.health.status] || [snapshot.health.status, ""];
  setText($("health"), word);
  $("health").className = tone;
  const mode = snapshot.degradation;
  setText($("mode"), mode.mode);
  $("mode").className = mode.mode === "normal" ? "" : "tone-warn";
  setText($("reason"), mode.reason || snapshot.health.output || "Everything works.");
  $("reset-degradation").hidden = mode.mode === "normal" || !mayWrite();
  // What is checked and not called has no card: it is in the graph.
  renderDependencies(snapshot.dependencies.filter((each) => !each.health || each.health.isCalled), snapshot.at);
  renderHealth(snapshot.components || [], snapshot.health);
  renderExamples(snapshot.examples || []);
  renderDegradation(snapshot.degradation);
  renderHealing(snapshot.healing, snapshot.at);
  renderStores(snapshot);
}

function renderExamples(examples) {
  $("examples-section").hidden = !examples.length;
  const present = new Set(examples.map((example) => example.name));
  for (const [name, parts] of model.examples) if (!present.has(name)) { parts.root.remove(); model.examples.delete(name); }
  for (const example of examples) {
    let parts = model.examples.get(example.name);
    if (!parts) {
      parts = makeExample(example.name);
      model.examples.set(example.name, parts);
      $("examples").append(parts.root);
    }
    const faults = example.faults;
    parts.root.disabled = !mayWrite();
    setAttribute(parts.root, "data-active", String(Boolean(faults.errorRate || faults.latencyMilliseconds || faults.reset || faults.hang)));
    // What somebody is changing right now is theirs.
    if (parts.busy || (parts.root.contains(document.activeElement) && Date.now() - parts.touched < 2000)) continue;
    parts.rate.value = String(Math.round(faults.errorRate * 100));
    parts.latency.value = String(faults.latencyMilliseconds);
    parts.reset.checked = faults.reset;
    parts.hang.checked = faults.hang;
    setText(parts.rateText, "Answers 503: " + parts.rate.value + " %");
  }
}

function makeExample(name) {
  const id = (suffix) => "example-" + name + "-" + suffix;
  const parts = { busy: false, touched: 0 };
  const touch = () => { parts.touched = Date.now(); setText(parts.rateText, "Answers 503: " + parts.rate.value + " %"); };
  const send = () => { touch(); sendFaults(name, parts); };
  const change = { change: send, input: touch };
  parts.rateText = make("span");
  parts.rate = make("input", { type: "range", min: 0, max: 100, step: 5, id: id("rate"), "data-testid": "fault-errors", on: change });
  parts.latency = make("input", {
    type: "number", min: 0, max: 60000, step: 50, inputmode: "numeric", id: id("latency"), "data-testid": "fault-latency", on: change,
  });
  parts.reset = make("input", { type: "checkbox", id: id("reset"), "data-testid": "fault-reset", on: change });
  parts.hang = make("input", { type: "checkbox", id: id("hang"), "data-testid": "fault-hang", on: change });
  const off = make("button", { type: "button", "data-testid": "fault-off", on: { click: () => {
    parts.rate.value = "0"; parts.latency.value = "0"; parts.reset.checked = false; parts.hang.checked = false;
    send();
  } } }, "All off");
  parts.root = make("fieldset", { "data-testid": "example", "data-name": name }, make("legend", {}, name),
    make("div", {}, make("label", { for: id("rate") }, parts.rateText), parts.rate),
    make("div", {}, make("label", { for: id("latency") }, "Added delay in ms"), parts.latency),
    make("div", { class: "switches" }, make("label", {}, parts.reset, "Resets connections"), make("label", {}, parts.hang, "Never answers"), off));
  return parts;
}

async function sendFaults(name, parts) {
  parts.busy = true;
  setText($("examples-error"), "");
  try {
    await call("PUT", "/api/examples/" + encodeURIComponent(name) + "/faults", {
      errorRate: Number(parts.rate.value) / 100, latencyMilliseconds: Number(parts.latency.value),
      reset: parts.reset.checked, hang: parts.hang.checked,
    });
  } catch (refusal) {
    setText($("examples-error"), name + ": " + refusal.message);
    if (refusal.status === 401) showLogin();
  } finally {
    parts.busy = false;
  }
}

function addEvent(event) {
  // A new connection brings what is kept once more.
  const key = event.id + "/" + event.at;
  if (model.seen.has(key)) return;
  model.seen.add(key);
  const look = SEVERITIES[event.severity] || SEVERITIES.info;
  const mark = make("span", { class: "tone-" + look.tone }, icon(look), make("span", { class: "hidden-visually" }, look.word));
  const time = make("time", { datetime: new Date(event.at).toISOString() }, showTime(event.at));
  $("events").prepend(make("li", { "data-testid": "event", "data-kind": event.kind }, time, mark, make("span", {}, event.message)));
  while ($("events").children.length > EVENTS_KEPT) $("events").lastChild.remove();
  $("events-empty").hidden = true;
  if (event.kind.startsWith("healing.")) loadRuns();
}

function showConnection(state) {
  const words = { connecting: "Connecting", live: "Live", polling: "Polling", lost: "Connection lost" };
  setAttribute($("connection"), "data-state", state);
  setText($("connection"), words[state]);
  document.body.classList.toggle("stale", state === "lost");
  $("banner").hidden = state !== "lost";
  if (state === "lost") {
    setText($("banner-text"), model.snapshot
      ? "Connection lost. What you see is from " + showTime(model.snapshot.at) + "; trying again." : "The server does not answer; trying again.");
  }
}

function connect() {
  disconnect();
  const source = new EventSource("/api/events");
  live.source = source;
  live.lastHeard = Date.now();
  source.addEventListener("snapshot", (message) => { stopPolling(); showConnection("live"); render(JSON.parse(message.data)); });
  source.addEventListener("event", (message) => addEvent(JSON.parse(message.data)));
  source.addEventListener("error", () => { if (live.source === source) streamFailed(source); });
}

// A closed stream was refused, which the browser does not try again: find out why. Otherwise it reconnects by itself.
async function streamFailed(source) {
  if (source.readyState !== EventSource.CLOSED) { showConnection("lost"); return; }
  disconnect();
  startPolling();
  live.retry = setTimeout(connect, 10000);
}

function disconnect() {
  if (live.source) live.source.close();
  live.source = null;
  clearTimeout(live.retry);
}

function startPolling() { if (!live.poll) { live.poll = setInterval(poll, 3000); poll(); } }
function stopPolling() { clearInterval(live.poll); live.poll = null; }

async function poll() {
  try {
    const [dependencies, degradation] = await Promise.all([call("GET", "/api/dependencies"), call("GET", "/health/degradation")]);
    const old = model.snapshot || { examples: [], health: { service: "", status: "warn" } };
    showConnection("polling");
    render({ at: Date.now(), dependencies, degradation, health: old.health, examples: old.examples, healing: old.healing, keepsQueues: old.keepsQueues, sessions: old.sessions, components: dependencies.map((each) => each.health).filter(Boolean) });
  } catch (refusal) {
    if (refusal.status === 401) showLogin(); else showConnection("lost");
  }
}

function watch() {
  const silent = live.source && Date.now() - live.lastHeard > SILENCE_MILLISECONDS;
  if (silent) { showConnection("lost"); connect(); }
}

function showLogin() {
  disconnect();
  stopPolling();
  model.session = null;
  model.snapshot = null;
  // Whoever sits here next must not find what the last operator saw.
  for (const id of ["dependencies", "examples", "events", "reason", "tally", "service", "announcer", "health-graph", "health-checks", "health-output", "toggles", "notices", "reviews", "healing-workflows", "healing-processes", "healing-runs", "healing-summary"]) $(id).replaceChildren();
  for (const kept of [model.cards, model.examples, model.details, model.states, model.seen, graph.nodes]) kept.clear();
  graph.key = "";
  forgetStores();
  $("content").hidden = true;
  $("login").hidden = false;
  $("logout").hidden = true;
  $("banner").hidden = true;
  setText($("operator"), "");
  setAttribute($("connection"), "data-state", "connecting");
  setText($("connection"), "Not logged in");
  $("token").focus();
}

function enter(session) {
  model.session = session;
  $("login").hidden = true;
  $("content").hidden = false;
  $("logout").hidden = !session.csrfToken;
  setText($("operator"), session.loginRequired ? session.operator + " (" + session.role + ")" : "");
  connect();
}

async function submitLogin(event) {
  event.preventDefault();
  setText($("login-error"), "");
  try {
    const session = await call("POST", "/login", { token: $("token").value });
    $("token").value = "";
    enter(session);
    $("main").focus();
  } catch (refusal) {
    setText($("login-error"), refusal.message);
    $("token").select();
  }
}

async function start() {
  try {
    enter(await call("GET", "/session"));
  } catch (refusal) {
    if (refusal.status === 401) { showLogin(); return; }
    showConnection("lost");
    live.retry = setTimeout(start, 2000);
  }
}

$("action-form").addEventListener("submit", submitAction);
$("action-cancel").addEventListener("click", () => $("action").close());
$("login-form").addEventListener("submit", submitLogin);
$("logout").addEventListener("click", async () => { try { await call("POST", "/logout"); } catch { /* the session ends anyway */ } showLogin(); });
$("reconnect").addEventListener("click", () => { if (model.session) connect(); else start(); });
$("reset-degradation").addEventListener("click", () => showDialog("Reset the degradation mode", "The service goes back to its full function.", false,
  (reason) => call("POST", "/health/degradation/reset", { reason })));
$("healing-stop").addEventListener("click", changeHealingStop);
setInterval(watch, 1000);
start();
