// The settings of one dependency as a form, made from the definitions that the program reads its configuration with.
const settings = { name: "", rows: new Map(), opener: null };
const LAYERS = { builtIn: "default", runTime: "run-time override" };

async function openSettings(name, opener) {
  settings.name = name;
  settings.opener = opener;
  setText($("settings-title"), "Settings of " + name);
  setText($("settings-error"), "");
  $("settings-reason").value = "";
  $("settings-filter").value = "";
  $("settings-changed-only").checked = false;
  $("settings-list").replaceChildren(make("p", { class: "muted" }, "Loading…"));
  $("settings").showModal();
  try {
    renderSettings(await call("GET", "/api/settings?below=" + encodeURIComponent("dependencies." + name)));
  } catch (refusal) {
    $("settings-list").replaceChildren();
    setText($("settings-error"), refusal.message);
    if (refusal.status === 401) { $("settings").close(); showLogin(); }
  }
}

function renderSettings(status) {
  const prefix = "dependencies." + settings.name + ".";
  settings.rows.clear();
  const sections = new Map();
  for (const setting of status.settings) {
    const path = setting.key.slice(prefix.length).split(".");
    const section = path.length > 1 ? path.slice(0, -1).join(".") : "";
    if (!sections.has(section)) sections.set(section, make("fieldset", { class: "settings-section" }, make("legend", {}, section || "call")));
    sections.get(section).append(makeSettingRow(setting, path[path.length - 1]));
  }
  $("settings-list").replaceChildren(...sections.values());
  setText($("settings-problems"), status.problems.join("\n"));
  filterSettings();
  updateSettingsButton();
}

function makeSettingRow(setting, label) {
  const id = "setting-" + setting.key;
  const fixed = Boolean(setting.fixedBecause) || !mayWrite();
  const row = { setting, initial: setting.value === undefined || setting.value === null ? "" : setting.value, release: false };
  row.input = settingInput(setting, id, row.initial);
  row.input.disabled = fixed;
  row.input.addEventListener("input", () => { row.release = false; updateSettingsButton(); });
  const absent = setting.defaultValue ? "default " + setting.defaultValue : "no default";
  const hint = [setting.documentation, setting.type + (setting.unit ? " (" + setting.unit + ")" : "") + ": " + setting.allowed + "; " + absent + "."];
  if (setting.fixedBecause) hint.push("Fixed while the program runs: " + setting.fixedBecause + ".");
  const decision = setting.decision;
  row.origin = make("span", { class: "setting-origin", "data-layer": setting.layer, "data-testid": "setting-origin" }, LAYERS[setting.layer] || setting.origin);
  row.undo = make("button", { type: "button", class: "quiet", "data-testid": "setting-release", hidden: !decision || !mayWrite(), on: { click: () => {
    row.release = !row.release;
    updateSettingsButton();
  } } }, "Back to the configuration");
  row.root = make("div", { class: "setting", "data-testid": "setting", "data-key": setting.key, "data-layer": setting.layer },
    make("label", { for: id }, label), make("div", { class: "setting-value" }, row.input, row.origin, row.undo),
    make("p", { class: "muted", id: id + "-hint" }, hint.join(" ")));
  if (decision) row.root.append(make("p", { class: "note", "data-testid": "setting-decision" }, decision.text + " by " + decision.actor + " since " + showUntil(decision.since, Date.now()) + ": " + decision.reason));
  row.input.setAttribute("aria-describedby", id + "-hint");
  settings.rows.set(setting.key, row);
  return row.root;
}

function settingInput(setting, id, value) {
  const testid = "setting-input";
  if (setting.choices.length) {
    const choices = setting.choices.includes(value) ? setting.choices : [value, ...setting.choices];
    const list = make("select", { id, "data-testid": testid }, ...choices.map((choice) => make("option", { value: choice }, choice || "–")));
    list.value = value;
    return list;
  }
  const input = make("input", { id, type: "text", autocomplete: "off", spellcheck: "false", placeholder: setting.defaultValue || "", "data-testid": testid });
  input.value = value;
  return input;
}

// What is to be sent: new values, and null for what goes back to the configuration.
function settingChanges() {
  const values = {};
  for (const [key, row] of settings.rows) {
    if (row.release) values[key] = null;
    else if (row.input.value !== row.initial) values[key] = row.input.value;
  }
  return values;
}

function updateSettingsButton() {
  const count = Object.keys(settingChanges()).length;
  for (const row of settings.rows.values()) {
    setAttribute(row.root, "data-changed", String(row.release || row.input.value !== row.initial));
    setText(row.undo, row.release ? "Keep the override" : "Back to the configuration");
    row.input.disabled = row.release || Boolean(row.setting.fixedBecause) || !mayWrite();
  }
  $("settings-apply").disabled = count === 0;
  setText($("settings-apply"), count ? "Apply " + count + (count === 1 ? " change" : " changes") : "Nothing changed");
}

function filterSettings() {
  const wanted = $("settings-filter").value.trim().toLowerCase();
  const only = $("settings-changed-only").checked;
  for (const [key, row] of settings.rows) {
    const text = (key + " " + row.setting.documentation).toLowerCase();
    row.root.hidden = !text.includes(wanted) || (only && row.setting.layer === "builtIn");
  }
  for (const section of $("settings-list").children) section.hidden = ![...section.children].some((each) => each.classList.contains("setting") && !each.hidden);
}

async function applySettings(event) {
  event.preventDefault();
  const reason = $("settings-reason").value.trim();
  setText($("settings-error"), "");
  if (!reason) {
    setText($("settings-error"), "Say why, so that others understand it later.");
    $("settings-reason").focus();
    return;
  }
  $("settings-apply").disabled = true;
  try {
    await call("PATCH", "/api/settings", { values: settingChanges(), reason });
    $("settings-reason").value = "";
    renderSettings(await call("GET", "/api/settings?below=" + encodeURIComponent("dependencies." + settings.name)));
    setText($("announcer"), "The settings of " + settings.name + " have been changed");
  } catch (refusal) {
    setText($("settings-error"), refusal.message);
    updateSettingsButton();
    if (refusal.status === 401) { $("settings").close(); showLogin(); }
  }
}

$("settings-form").addEventListener("submit", applySettings);
$("settings-close").addEventListener("click", () => $("settings").close());
$("settings-filter").addEventListener("input", filterSettings);
$("settings-changed-only").addEventListener("change", filterSettings);
$("settings").addEventListener("close", () => { if (settings.opener) settings.opener.focus(); });
