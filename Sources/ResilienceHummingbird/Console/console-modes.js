// Mode, toggles, notices and requests for review. The mode comes with every snapshot; the rest is asked for every few seconds.
const DEGRADATION_MILLISECONDS = 2000;
const degradation = { asked: 0, busy: false, isMissing: false, review: null };

function renderDegradation(status) {
  const chosen = status.decision;
  const facts = [];
  if (chosen) {
    facts.push(chosen.actor + " chose " + chosen.mode + ": " + chosen.reason
      + (chosen.expires ? " (until " + showUntil(chosen.expires, Date.now()) + ")" : ""));
    if (status.automaticMode !== status.mode) facts.push("Rules call for " + status.automaticMode + ".");
  } else {
    facts.push(status.mode + " since " + showTime(status.since) + ".");
  }
  if (status.writes && status.writes !== "pass") facts.push("Changes: " + status.writes + ".");
  if (status.reads && status.reads !== "pass") facts.push("Reads: " + status.reads + ".");
  setText($("mode-facts"), facts.join(" "));
  $("mode-withdraw").hidden = !chosen;
  for (const id of ["mode-set", "mode-withdraw", "mode-choice"]) $(id).disabled = !mayWrite();
  if (!degradation.busy && Date.now() - degradation.asked >= DEGRADATION_MILLISECONDS) fetchDegradation();
}

async function fetchDegradation() {
  if (degradation.isMissing) return;
  degradation.busy = true;
  degradation.asked = Date.now();
  try {
    const [toggles, notices, reviews] = await Promise.all([
      call("GET", "/api/toggles"), call("GET", "/api/notices"), mayWrite() ? call("GET", "/api/review") : Promise.resolve([]),
    ]);
    $("degradation").hidden = false;
    renderToggles(toggles);
    renderNotices(notices);
    renderReviews(reviews);
    setText($("degradation-error"), "");
  } catch (refusal) {
    // A program without modes has none of these routes.
    if (refusal.status === 404) degradation.isMissing = true;
    else if (refusal.status !== 401) setText($("degradation-error"), refusal.message);
  } finally {
    degradation.busy = false;
  }
}

// Rows are kept, so that focus stays where it is while the page is drawn again.
function rows(root, caption, items, key, makeRow, fill) {
  if (!root.rows || root.list.parentNode !== root) {  // a logout has emptied it
    root.rows = new Map();
    root.list = make("ul", { class: "plain" });
    root.replaceChildren(make("h3", {}, caption), root.list);
  }
  root.hidden = !items.length;
  const present = new Set(items.map(key));
  for (const [name, row] of root.rows) if (!present.has(name)) { row.root.remove(); root.rows.delete(name); }
  for (const item of items) {
    let row = root.rows.get(key(item));
    if (!row) {
      row = makeRow(item);
      root.rows.set(key(item), row);
      root.list.append(row.root);
    }
    fill(row, item);
  }
}

function renderToggles(toggles) {
  rows($("toggles"), "Features", toggles, (toggle) => toggle.name, (toggle) => {
    const row = {};
    row.mark = make("span");
    row.text = make("span");
    row.set = make("button", { type: "button", "data-testid": "toggle-switch", on: { click: () => switchToggle(row.toggle) } });
    row.back = make("button", { type: "button", "data-testid": "toggle-release", on: { click: () => releaseToggle(row.toggle) } }, "As configured…");
    row.root = make("li", { "data-testid": "toggle-row", "data-name": toggle.name }, row.mark, make("strong", {}, toggle.name), row.text, row.set, row.back);
    return row;
  }, (row, toggle) => {
    row.toggle = toggle;
    setAttribute(row.root, "data-available", String(toggle.isAvailable));
    row.mark.className = toggle.isAvailable ? "tone-ok" : "tone-warn";
    setText(row.mark, toggle.isAvailable ? "✓ on" : "✕ off");
    const facts = [toggle.summary, toggle.cause, toggle.percentage < 100 ? toggle.percentage + " % of keys" : "",
      toggle.tiers.length ? "for " + toggle.tiers.join(", ") : "", toggle.override ? toggle.override.actor + ": " + toggle.override.reason : ""];
    setText(row.text, facts.filter(Boolean).join(" · "));
    setText(row.set, toggle.isEnabled ? "Switch off…" : "Switch on…");
    row.set.disabled = !mayWrite();
    row.back.hidden = !toggle.override;
    row.back.disabled = !mayWrite();
  });
}

function switchToggle(toggle) {
  const on = !toggle.isEnabled;
  showDialog("Switch " + (on ? "on " : "off ") + toggle.name, toggle.summary || "The feature is " + (on ? "available again." : "not available any more."), true,
    async (reason, length) => {
      await call("PUT", "/api/toggles/" + encodeURIComponent(toggle.name), length ? { enabled: on, reason, for: length } : { enabled: on, reason });
      degradation.asked = 0;
    });
}

function releaseToggle(toggle) {
  showDialog("Give " + toggle.name + " back to its configuration", "What somebody has decided about it ends.", false, async (reason) => {
    await call("DELETE", "/api/toggles/" + encodeURIComponent(toggle.name), { reason });
    degradation.asked = 0;
  });
}

function renderNotices(notices) {
  rows($("notices"), "What users are told", notices.active, (notice) => notice.id, (notice) => ({
    root: make("li", { "data-testid": "notice" }, make("time", {}, showTime(notice.since)), make("span", {}, notice.message)),
  }), () => {});
}

function renderReviews(reviews) {
  rows($("reviews"), "Requests for review", reviews, (item) => item.id, (item) => {
    const row = { text: make("span") };
    row.root = make("li", { "data-testid": "review-row", "data-id": item.id }, make("time", {}, showTime(item.receivedAt)), row.text,
      make("button", { type: "button", "data-testid": "review-open", on: { click: () => openReview(item.id) } }, "Look…"));
    return row;
  }, (row, item) => setText(row.text, item.method + " " + item.dependency + item.path + " – " + (item.outcome || item.cause)));
}

async function openReview(id) {
  try {
    const item = await call("GET", "/api/review/" + encodeURIComponent(id));
    degradation.review = item;
    setText($("review-title"), item.method + " " + item.dependency + item.path);
    setText($("review-facts"), "Came " + showTime(item.receivedAt) + ", because: " + item.cause + ". State: " + item.state + "."
      + (item.outcome ? " Last: " + item.outcome + "." : ""));
    $("review-body").value = item.body;
    $("review").showModal();
  } catch (refusal) {
    setText($("degradation-error"), refusal.message);
  }
}

function decideReview(verb, effect, method, suffix, body) {
  const item = degradation.review;
  $("review").close();
  showDialog(verb + " " + item.method + " " + item.dependency + item.path, effect, false, async (reason) => {
    await call(method, "/api/review/" + encodeURIComponent(item.id) + suffix, { ...body, reason });
    degradation.asked = 0;
  });
}

$("mode-set").addEventListener("click", () => {
  const mode = $("mode-choice").value;
  showDialog("Choose the mode " + mode, "Rules have no effect until the choice ends.", true, async (reason, length) => {
    await call("PUT", "/health/degradation/mode", length ? { mode, reason, for: length } : { mode, reason });
  });
});
$("mode-withdraw").addEventListener("click", () => showDialog("Let rules decide about the mode", "What somebody has chosen ends.", false,
  (reason) => call("DELETE", "/health/degradation/mode", { reason })));
$("review-form").addEventListener("submit", (event) => event.preventDefault());
$("review-close").addEventListener("click", () => $("review").close());
$("review-save").addEventListener("click", () => decideReview("Change", "The request waits with the new body.", "PUT", "", { body: $("review-body").value }));
$("review-discard").addEventListener("click", () => decideReview("Discard", "The request is never sent.", "POST", "/discard", {}));
$("review-approve").addEventListener("click", () => {
  if ($("review-body").value !== degradation.review.body) { setText($("review-facts"), "The body was changed: save it first, then approve."); return; }
  decideReview("Approve", "The request is sent to its dependency.", "POST", "/approve", {});
});
