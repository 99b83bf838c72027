"use strict";
// Everything that comes from the server reaches the page by textContent or attributes, never as markup.
const $ = (id) => document.getElementById(id);
const SVG = "http://www.w3.org/2000/svg";

function make(tag, properties = {}, ...children) {
  const node = document.createElement(tag);
  for (const [key, value] of Object.entries(properties)) {
    if (key === "class") node.className = value;
    else if (key === "on") for (const [type, listener] of Object.entries(value)) node.addEventListener(type, listener);
    else if (key in node && typeof value === "boolean") node[key] = value;
    else node.setAttribute(key, value);
  }
  node.append(...children);
  return node;
}

function makeSVG(tag, attributes = {}, ...children) {
  const node = document.createElementNS(SVG, tag);
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
  node.append(...children);
  return node;
}

// Writes only what has changed, so that the browser and assistive technology have nothing to do for the rest.
function setText(node, text) { if (node.textContent !== text) node.textContent = text; }
function setAttribute(node, name, value) { if (node.getAttribute(name) !== value) node.setAttribute(name, value); }

const whole = new Intl.NumberFormat("en");
const clockTime = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", second: "2-digit" });
const dayTime = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short", hour: "2-digit", minute: "2-digit" });

function showTime(milliseconds) { return clockTime.format(new Date(milliseconds)); }
function showRate(value) { return value >= 100 ? whole.format(Math.round(value)) : value.toFixed(1); }
function showShare(value) {
  const percent = value * 100;
  if (percent === 0) return "0 %";
  return percent < 10 ? percent.toFixed(1) + " %" : Math.round(percent) + " %";
}
function showMilliseconds(value) {
  if (value >= 10000) return (value / 1000).toFixed(1) + " s";
  if (value >= 1000) return (value / 1000).toFixed(2) + " s";
  return (value < 10 ? value.toFixed(1) : Math.round(value)) + " ms";
}
function showLength(seconds) {
  if (seconds < 1) return Math.round(seconds * 1000) + " ms";
  if (seconds < 120) return Math.round(seconds) + " s";
  if (seconds < 7200) return Math.round(seconds / 60) + " min";
  return seconds < 172800 ? Math.round(seconds / 3600) + " h" : Math.round(seconds / 86400) + " d";
}
function showUntil(milliseconds, now) {
  return milliseconds - now < 43200000 ? showTime(milliseconds) : dayTime.format(new Date(milliseconds));
}

// A state is told by its word, its shape and its colour, in this order of importance. Rank sorts worst first.
const STATES = {
  open: { word: "Open", tone: "bad", rank: 6, shape: "M5 1h6l4 4v6l-4 4H5l-4-4V5zM5 5l6 6M11 5l-6 6" },
  isolated: { word: "Isolated", tone: "manual", rank: 5, shape: "M2 2h12v12H2zM4.5 8h7" },
  halfOpen: { word: "Half-open", tone: "warn", rank: 4, shape: "M8 1.5a6.5 6.5 0 1 0 0 13zM8 1.5a6.5 6.5 0 0 1 0 13", fill: "M8 1.5a6.5 6.5 0 1 0 0 13z" },
  observing: { word: "Observing", tone: "manual", rank: 1, shape: "M1 8c3.5-6 10.5-6 14 0-3.5 6-10.5 6-14 0zM8 6a2 2 0 1 0 .01 0" },
  disabled: { word: "Disabled", tone: "manual", rank: 2, shape: "M8 1.5a6.5 6.5 0 1 0 .01 0M3.5 12.5l9-9" },
  closed: { word: "Closed", tone: "ok", rank: 0, shape: "M8 1.5a6.5 6.5 0 1 0 .01 0M5 8.2l2.2 2.2L11 6" },
};
const SEVERITIES = {
  info: { word: "Information", tone: "info", shape: "M8 2a6 6 0 1 0 .01 0M8 7.5v4M8 4.8v.4" },
  warning: { word: "Warning", tone: "warn", shape: "M8 2l6.5 11.5h-13zM8 6.5v3.5M8 11.6v.4" },
  critical: { word: "Critical", tone: "bad", shape: "M5 1h6l4 4v6l-4 4H5l-4-4V5zM8 4.5v4.5M8 11v.5" },
};
function stateOf(name) { return STATES[name] || { word: String(name), tone: "info", rank: 3, shape: "M2 2h12v12H2z" }; }

function icon(look) {
  const node = makeSVG("svg", { viewBox: "0 0 16 16", width: 15, height: 15, "aria-hidden": "true" });
  if (look.fill) node.append(makeSVG("path", { d: look.fill, fill: "currentColor" }));
  node.append(makeSVG("path", {
    d: look.shape, fill: "none", stroke: "currentColor", "stroke-width": 1.6, "stroke-linecap": "round", "stroke-linejoin": "round",
  }));
  return node;
}

// What the page knows.
const model = { session: null, snapshot: null, cards: new Map(), examples: new Map(), details: new Map(), states: new Map(), seen: new Set() };

class Refusal extends Error {
  constructor(status, message) { super(message); this.status = status; }
}

async function call(method, path, body) {
  const headers = { Accept: "application/json" };
  if (body !== undefined) headers["Content-Type"] = "application/json";
  if (model.session && model.session.csrfToken) headers["X-CSRF-Token"] = model.session.csrfToken;
  let response;
  try {
    response = await fetch(path, {
      method, headers, credentials: "same-origin", cache: "no-store", body: body === undefined ? undefined : JSON.stringify(body),
    });
  } catch {
    throw new Refusal(0, "The server does not answer.");
  }
  const type = response.headers.get("Content-Type") || "";
  const answer = type.includes("json") ? await response.json() : null;
  if (!response.ok) throw new Refusal(response.status, (answer && answer.detail) || "The server answered " + response.status + ".");
  return answer;
}

function mayWrite() { return Boolean(model.session) && model.session.role !== "viewer"; }
