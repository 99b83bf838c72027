// Kept requests and sessions: what waits, what has died, and sessions that were changed on both sides of an outage.
const STORES_MILLISECONDS = 2000;
const DEAD_SHOWN = 50;
const stores = { asked: 0, busy: false, conflict: null, opener: null };

function renderStores(snapshot) {
  $("queue-section").hidden = !snapshot.keepsQueues || !$("queue-rows").children.length;
  $("sessions-section").hidden = !snapshot.sessions;
  if (snapshot.sessions) renderSessions(snapshot.sessions);
  const conflicts = snapshot.sessions ? snapshot.sessions.conflicts : 0;
  if (!stores.busy && Date.now() - stores.asked >= STORES_MILLISECONDS) fetchStores(Boolean(snapshot.keepsQueues), conflicts > 0 && mayWrite());
}

async function fetchStores(hasQueues, hasConflicts) {
  stores.busy = true;
  stores.asked = Date.now();
  try {
    const queues = hasQueues ? await call("GET", "/api/queue") : [];
    const isAnyDead = queues.some((queue) => queue.dead > 0);
    const dead = isAnyDead ? await call("GET", "/api/queue/dead?limit=" + DEAD_SHOWN) : [];
    const report = hasConflicts ? await call("GET", "/api/sessions/reconciliation") : { conflicts: [] };
    if (!model.session) return;  // logged out meanwhile
    renderQueues(queues, dead);
    renderConflicts(report.conflicts);
    for (const id of ["queue-error", "sessions-error"]) setText($(id), "");
  } catch (refusal) {
    if (refusal.status !== 401 && refusal.status !== 0) setText($(hasQueues ? "queue-error" : "sessions-error"), refusal.message);
  } finally {
    stores.busy = false;
  }
}

function showBytes(bytes) {
  if (bytes < 1024) return bytes + " B";
  return bytes < 1048576 ? (bytes / 1024).toFixed(1) + " KiB" : (bytes / 1048576).toFixed(1) + " MiB";
}

function renderQueues(queues, dead) {
  $("queue-section").hidden = !queues.length;
  const sum = (key) => queues.reduce((total, queue) => total + queue[key], 0);
  const waiting = sum("waiting") + sum("blocked");
  setText($("queue-summary"), whole.format(waiting) + " waiting, " + whole.format(sum("dead")) + " dead");
  fillList($("queue-rows"), queues, (queue) => queue.name, (row, queue) => {
    if (!row.firstChild) {
      row.dataset.testid = "queue-row";
      row.append(make("th", { scope: "row" }, queue.name));
      for (let index = 0; index < 8; index++) row.append(make("td", { class: index < 6 ? "number" : "" }));
      row.append(make("td", { class: "actions" }, make("button", { type: "button", "data-testid": "queue-replay", on: { click: () => replayAll(queue.name) } }, "Replay dead…"),
        make("button", { type: "button", "data-testid": "queue-purge", on: { click: () => purgeDead(queue.name) } }, "Remove dead…")));
    }
    const oldest = queue.oldestDue ? showLength(Math.max(0, (Date.now() - queue.oldestDue) / 1000)) : "–";
    const drain = queue.isPaused ? "pauses" : queue.inFlight === undefined ? "not by this process" : queue.inFlight + " of " + (queue.allowed || 0) + " under way";
    const cells = [queue.waiting, queue.blocked, queue.claimed, queue.completed, queue.dead].map((count) => whole.format(count));
    [...cells, showBytes(queue.bytes), oldest, drain].forEach((text, index) => setText(row.children[index + 1], text));
    setAttribute(row.children[5], "class", "number" + (queue.dead ? " tone-bad" : ""));
    for (const button of row.lastChild.children) {
      button.hidden = !queue.dead;
      button.disabled = !mayWrite();
    }
  }, "tr");
  rows($("dead-letters"), "Dead letters", dead, (item) => item.id, (item) => {
    const id = "dead-" + item.id;
    const text = make("span", { class: "grow", id });
    const replay = make("button", { type: "button", "data-testid": "dead-replay", "aria-describedby": id, on: { click: () => replayDead(item) } }, "Replay…");
    const purge = make("button", { type: "button", "data-testid": "dead-purge", "aria-describedby": id, on: { click: () => purgeItem(item) } }, "Remove…");
    return { text, replay, purge, root: make("li", { "data-testid": "dead-letter", "data-id": item.id }, make("time", { title: "When it died" }, dayTime.format(new Date(item.due))), text, replay, purge) };
  }, (row, item) => {
    row.text.replaceChildren(make("strong", {}, deadTitle(item)), " – " + (item.note || "no reason was kept") + " · " + item.attempts + (item.attempts === 1 ? " attempt" : " attempts")
      + (item.orderingKey ? " · key " + item.orderingKey : "") + " · " + showBytes(item.payloadBytes));
    row.replay.disabled = row.purge.disabled = !mayWrite();
  });
  const hidden = sum("dead") - dead.length;
  $("dead-more").hidden = hidden <= 0;
  setText($("dead-more"), "and " + whole.format(hidden) + " more: resilience ctl queue items");
}

function deadTitle(item) {
  const what = [item.metadata.method, item.metadata.path].filter(Boolean).join(" ");
  return item.queue + (what ? ": " + what : "");
}

function replayDead(item) {
  showDialog("Replay " + deadTitle(item), "It is due again, at its place in the order, with all its attempts.", false, async (reason) => {
    await call("POST", "/api/queue/dead/" + encodeURIComponent(item.id) + "/replay", { reason });
    stores.asked = 0;
  });
}

function replayAll(name) {
  showDialog("Replay all dead letters of " + name, "They are due again in their order, with all their attempts.", false, async (reason) => {
    const answer = await call("POST", "/api/queue/dead/replay", { queue: name, reason });
    stores.asked = 0;
    setText($("announcer"), whole.format(answer.replayed) + (answer.replayed === 1 ? " dead letter of " : " dead letters of ") + name + " due again");
  });
}

function purgeItem(item) {
  showDialog("Remove " + deadTitle(item), "It is gone for good, and never sent.", false, async (reason) => {
    await call("DELETE", "/api/queue/items/" + encodeURIComponent(item.id), { reason });
    stores.asked = 0;
  });
}

function purgeDead(name) {
  showDialog("Remove all dead letters of " + name, "They are gone for good, and never sent.", false, async (reason) => {
    await call("DELETE", "/api/queue/" + encodeURIComponent(name) + "/dead", { reason });
    stores.asked = 0;
  });
}

const SERVING = {
  primary: ["✓ The store serves", "tone-ok"], fallback: ["✕ The fallback serves: the store is away", "tone-bad"],
  reconciling: ["◐ The store serves again, changes are carried over", "tone-warn"],
};

function renderSessions(status) {
  const [word, tone] = SERVING[status.serving] || [status.serving, ""];
  setText($("sessions-serving"), word);
  $("sessions-serving").className = tone;
  const facts = [whole.format(status.waitingForPrimary) + " changed sessions wait for the store", whole.format(status.conflicts) + (status.conflicts === 1 ? " conflict" : " conflicts")];
  if (status.averageResponseMilliseconds !== undefined && status.averageResponseMilliseconds !== null) facts.push(showMilliseconds(status.averageResponseMilliseconds) + " on average");
  if (status.slowOperations) facts.push(status.slowOperations + " slow");
  setText($("sessions-facts"), facts.join(" · "));
  $("sessions-check").disabled = !mayWrite();
  if (!status.conflicts) renderConflicts([]);
  $("sessions-conflicts-note").hidden = !status.conflicts || mayWrite();
  const operations = Object.entries(status.operations).sort(([left], [right]) => (left < right ? -1 : 1));
  $("sessions-operations-part").hidden = !operations.length;
  fillList($("sessions-operations"), operations, ([name]) => name, (row, [name, each]) => {
    if (!row.firstChild) row.append(make("th", { scope: "row" }, name), ...[0, 1, 2].map(() => make("td", { class: "number" })));
    [whole.format(each.total), whole.format(each.failed), showShare(each.successRate)].forEach((text, index) => setText(row.children[index + 1], text));
    setAttribute(row.children[3], "class", "number" + (each.isHealthy ? "" : " tone-bad"));
  }, "tr");
}

function renderConflicts(conflicts) {
  rows($("conflicts"), "Changed on both sides of an outage", conflicts, (conflict) => conflict.id, (conflict) => {
    const row = { text: make("span", { class: "grow" }) };
    row.root = make("li", { "data-testid": "conflict-row", "data-id": conflict.id }, row.text,
      make("button", { type: "button", "data-testid": "conflict-open", on: { click: (event) => openConflict(conflict.id, event.currentTarget) } }, "Compare…"));
    return row;
  }, (row, conflict) => row.text.replaceChildren(make("strong", {}, conflict.session),
    conflict.ours ? " – changed here at " + dayTime.format(new Date(conflict.ours.updatedAt)) : " – deleted here"));
}

async function openConflict(id, opener) {
  try {
    const conflict = await call("GET", "/api/sessions/conflicts/" + encodeURIComponent(id));
    stores.conflict = conflict;
    stores.opener = opener;
    setText($("conflict-title"), "Session " + conflict.session);
    fillForm("theirs", conflict.theirs, conflict.ours, "There is no such session in the store.");
    fillForm("ours", conflict.ours, conflict.theirs, "It was deleted here.");
    const texts = [conflict.theirs, conflict.ours].filter(Boolean);
    const isText = texts.every((each) => each.stateBase64 === undefined || each.stateBase64 === null);
    $("conflict-merge").hidden = !isText || texts.length < 2;
    $("conflict-merge").open = false;
    $("conflict-state").value = texts.length ? texts[0].state || "" : "";
    const union = Object.assign({}, ...texts.map((each) => each.attributes).reverse());
    $("conflict-attributes").value = Object.entries(union).map(([name, value]) => name + "=" + value).join("\n");
    setText($("conflict-error"), "");
    $("conflict").showModal();
  } catch (refusal) {
    setText($("sessions-error"), refusal.message);
    if (refusal.status === 401) showLogin();
  }
}

// JSON is laid out line by line, so that the lines that differ can be marked.
function stateLines(session) {
  if (!session) return [];
  if (session.state === undefined || session.state === null) return ["base64 " + session.stateBase64];
  try {
    return JSON.stringify(JSON.parse(session.state), null, 2).split("\n");
  } catch {
    return session.state.split("\n");
  }
}

function fillForm(side, session, other, absent) {
  setText($(side + "-facts"), session ? "version " + session.version + ", changed " + dayTime.format(new Date(session.updatedAt))
    + (session.degraded && side === "theirs" ? ", as this instance remembers it: the store is away" : "") : absent);
  const attributes = session ? Object.entries(session.attributes).sort(([left], [right]) => (left < right ? -1 : 1)) : [];
  $(side + "-attributes").replaceChildren(...attributes.map(([name, value]) => {
    const line = name + " = " + value;
    return make("li", {}, other && other.attributes[name] === value ? line : make("mark", {}, line));
  }));
  // A comma at the end of a line belongs to what follows.
  const bare = (line) => line.replace(/,$/, "");
  const known = new Set(stateLines(other).map(bare));
  $(side + "-state").replaceChildren(...stateLines(session).flatMap((line) => {
    const text = line.trimStart();
    return !other || known.has(bare(line)) ? [line, "\n"] : [line.slice(0, line.length - text.length), make("mark", {}, text), "\n"];
  }));
  $(side + "-state").hidden = !session;
}

function resolveConflict(verb, effect, body) {
  const conflict = stores.conflict;
  $("conflict").close();
  showDialog(verb + " of session " + conflict.session, effect, false, async (reason) => {
    await call("POST", "/api/sessions/conflicts/" + encodeURIComponent(conflict.id), { ...body, reason });
    stores.asked = 0;
    setText($("announcer"), "The conflict of session " + conflict.session + " is ended");
  });
}

function saveMerged() {
  const attributes = {};
  for (const line of $("conflict-attributes").value.split("\n").filter((each) => each.trim())) {
    const equals = line.indexOf("=");
    if (equals < 1) { setText($("conflict-error"), "“" + line + "” is no attribute: write NAME=VALUE."); return; }
    attributes[line.slice(0, equals).trim()] = line.slice(equals + 1).trim();
  }
  resolveConflict("Save a merged form", "It replaces what the store has.", { keep: "merged", state: $("conflict-state").value, attributes });
}

// Whoever sits here next must not find what the last operator saw.
function forgetStores() {
  $("conflict").close();
  for (const id of ["queue-rows", "dead-letters", "conflicts", "sessions-operations", "queue-summary", "sessions-facts", "sessions-serving"]) $(id).replaceChildren();
  for (const id of ["queue-section", "sessions-section"]) $(id).hidden = true;
  stores.asked = 0;
}

$("conflict-form").addEventListener("submit", (event) => event.preventDefault());
$("conflict-close").addEventListener("click", () => $("conflict").close());
$("conflict-theirs").addEventListener("click", () => resolveConflict("Keep the store's form", "What was written here in the outage is discarded.", { keep: "theirs" }));
$("conflict-ours").addEventListener("click", () => resolveConflict("Take the form", "What was written here in the outage replaces what the store has.", { keep: "ours" }));
$("conflict-save").addEventListener("click", saveMerged);
$("conflict").addEventListener("close", () => {
  for (const id of ["theirs-attributes", "theirs-state", "ours-attributes", "ours-state"]) $(id).replaceChildren();
  for (const id of ["conflict-state", "conflict-attributes"]) $(id).value = "";
  if (stores.opener && stores.opener.isConnected) stores.opener.focus();
});
$("sessions-check").addEventListener("click", () => showDialog("Check the store of the sessions", "Writes, reads and removes an entry; if that works, what waits is carried over at once.", false,
  (reason) => call("POST", "/api/sessions/check", { reason })));
