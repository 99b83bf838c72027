// Healing: workflows, supervised processes, runs, and the brake.
const RUNS_SHOWN = 20;
const healing = { runs: [], isLoading: false, isStale: true };

function renderHealing(status, now) {
  const isThere = Boolean(status) && (status.workflows.length > 0 || status.processes.length > 0);
  $("healing-section").hidden = !isThere;
  if (!isThere) return;
  if (healing.isStale) loadRuns();
  const rate = status.successRate === undefined || status.successRate === null ? "no run has acted yet"
    : Math.round(status.successRate * 100) + " % of runs healed";
  const mean = status.meanRecoveryMilliseconds ? ", " + showMilliseconds(status.meanRecoveryMilliseconds) + " to recover" : "";
  const mode = !status.isEnabled ? "switched off" : status.isAutomatic ? "automatic" : "by operators only";
  setText($("healing-summary"), mode + "; " + rate + mean + "; " + status.budgetLeft + " actions left");
  const stop = status.stop;
  $("healing-stopped").hidden = !stop;
  if (stop) setText($("healing-stopped"), "Stopped by " + stop.actor + " since " + showUntil(stop.since, now) + ": " + stop.reason);
  $("healing-stop").hidden = !mayWrite();
  setText($("healing-stop"), stop ? "Go on…" : "Stop all healing…");
  setAttribute($("healing-stop"), "data-stopped", String(Boolean(stop)));
  fillList($("healing-workflows"), status.workflows, (each) => each.name, (node, each) => {
    node.dataset.testid = "healing-workflow";
    const state = each.isRunning ? "running" : each.quietUntil ? "quiet until " + showUntil(each.quietUntil, now) : "listening";
    const text = "When " + each.trigger + ": " + (each.actions.join(", ") || "nothing") + "; until " + each.verification + ".";
    setCells(node, [each.name, (each.isDryRun ? "dry run, " : "") + state, text]);
    if (!node.lastChild || node.lastChild.tagName !== "DIV") {
      node.append(make("div", {},
        make("button", { type: "button", "data-testid": "healing-run", on: { click: () => startWorkflow(each.name, false) } }, "Run…"),
        make("button", { type: "button", "data-testid": "healing-dry-run", on: { click: () => startWorkflow(each.name, true) } }, "Dry run…")));
    }
    for (const button of node.lastChild.children) button.disabled = !mayWrite() || each.isRunning || Boolean(stop);
  });
  fillList($("healing-processes"), status.processes, (each) => each.name, (node, each) => {
    node.dataset.testid = "supervised-process";
    node.dataset.state = each.state;
    const text = (each.pid ? "as " + each.pid + ", " : "") + each.restarts + " restarts" + (each.lastExit ? ", ended last with " + each.lastExit : "");
    setCells(node, ["Process " + each.name, each.state + (each.health ? ", " + each.health : ""), text]);
  });
}

// Keeps a list's nodes by key, so that a button under the pointer stays the same one.
function fillList(list, values, keyOf, update, tag = "li") {
  const old = new Map([...list.children].map((node) => [node.dataset.name, node]));
  values.forEach((value, index) => {
    const key = keyOf(value);
    let node = old.get(key);
    if (!node) { node = make(tag); node.dataset.name = key; }
    old.delete(key);
    update(node, value);
    if (list.children[index] !== node) list.insertBefore(node, list.children[index] || null);
  });
  for (const node of old.values()) node.remove();
}

function setCells(node, [name, state, text]) {
  if (!node.firstChild) node.append(make("strong"), make("span", { class: "muted" }), make("span", { class: "grow" }));
  setText(node.children[0], name);
  setText(node.children[1], state);
  setText(node.children[2], text);
}

async function loadRuns() {
  if (healing.isLoading || !model.session) return;
  healing.isLoading = true;
  healing.isStale = false;
  try {
    healing.runs = await call("GET", "/api/healing/runs?limit=" + RUNS_SHOWN);
    renderRuns();
  } catch (refusal) {
    healing.isStale = refusal.status === 0;
  } finally {
    healing.isLoading = false;
  }
}

function renderRuns() {
  $("healing-runs-empty").hidden = healing.runs.length > 0;
  fillList($("healing-runs"), healing.runs, (run) => run.id, (node, run) => {
    node.dataset.testid = "healing-run-entry";
    node.dataset.result = run.result || run.phase;
    const took = run.recoveryMilliseconds === undefined || run.recoveryMilliseconds === null ? "" : " after " + showMilliseconds(run.recoveryMilliseconds);
    const steps = run.steps.map((step) => step.kind + " " + step.name + ": " + step.state).join("; ");
    setCells(node, [run.workflow, showTime(run.startedAt) + " " + (run.result || run.phase) + took + (run.isRolledBack ? ", rolled back" : ""),
      run.trigger + (run.explanation ? " – " + run.explanation : "") + ". " + steps]);
    const canUndo = run.phase === "ended" && !run.isRolledBack && run.steps.some((step) => step.kind === "act" && step.undo) && mayWrite();
    const button = node.querySelector("button");
    if (canUndo && !button) {
      node.append(make("button", { type: "button", "data-testid": "healing-rollback", on: { click: () => rollBackRun(run) } }, "Roll back…"));
    } else if (!canUndo && button) button.remove();
  });
}

function startWorkflow(name, dryRun) {
  showDialog((dryRun ? "Dry run of " : "Run ") + name, dryRun ? "Writes down what would be done, and does nothing." : "Acts now, within its budget, and verifies.", false,
    (reason) => call("POST", "/api/healing/" + encodeURIComponent(name) + "/run", { reason, dryRun }));
}

function rollBackRun(run) {
  showDialog("Roll back a run of " + run.workflow, "Puts back what it changed, newest first.", false,
    async (reason) => { await call("POST", "/api/healing/runs/" + encodeURIComponent(run.id) + "/rollback", { reason }); loadRuns(); });
}

function changeHealingStop() {
  const isStopped = $("healing-stop").dataset.stopped === "true";
  showDialog(isStopped ? "Let healing go on" : "Stop all healing", isStopped ? "Workflows act again." : "No workflow acts until somebody lets it go on, also after a restart.", false,
    (reason) => call(isStopped ? "DELETE" : "PUT", "/api/healing/stop", { reason }));
}
