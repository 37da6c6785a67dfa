"use strict";

/* The data, in the order of the file of vectors, the most frequent word first:
   words      texts
   x, y       places on the map, whole numbers from -scale to scale
   neighbors  for each word `width` rows, the nearest first; -1 where there are no more
   scores     their cosines in units of 1/10000
   counts     how often each word was seen, or null
   total      how many words the file has; those that are not here are rarer
   sections   [{name, pairs: [row, row, ...]}]: related words, to be joined by arrows
   Words come from a file that anybody may have made: they are only ever set as text. */
const data = JSON.parse(document.getElementById("data").textContent);
const nWords = data.words.length;
const rowOf = new Map();
data.words.forEach((word, row) => { if (!rowOf.has(word)) rowOf.set(word, row); });
const folded = data.words.map((word) => word.toLowerCase());

const MATCHES = 12;
const ZOOM_STEP = 1.5;
const MOST_ZOOM = 4000;
const KEY_PAN = 60; // pixels
const CLICK_SLACK = 5; // pixels that a click may move
const HIT_RADIUS = 14; // pixels
const FIT_MARGIN = 40; // pixels
const LABEL_SIZE = 13; // pixels
const CELL = 8; // pixels: labels keep each other out of cells of this size

const element = (id) => document.getElementById(id);
const canvas = element("map");
const context = canvas.getContext("2d");

// ---- What is shown -------------------------------------------------------------------------

const view = { x: 0, y: 0, scale: 1, fit: 1 }; // center in data units; pixels a data unit
let width = 1;
let height = 1;
let selected = -1;
let hovered = -1;
let near = []; // rows of the neighbors of the selected word
let pairs = []; // of the chosen section
let colors = {};

function neighborsOf(row) {
  const found = [];
  for (let place = row * data.width; place < (row + 1) * data.width; place += 1) {
    if (data.neighbors[place] >= 0) {
      found.push({ row: data.neighbors[place], score: data.scores[place] / 10000 });
    }
  }
  return found;
}

const screenX = (row) => (data.x[row] - view.x) * view.scale + width / 2;
const screenY = (row) => (view.y - data.y[row]) * view.scale + height / 2;

// ---- Moving about --------------------------------------------------------------------------

function zoomTo(scale, x = width / 2, y = height / 2) {
  const limited = Math.min(Math.max(scale, view.fit / 2), view.fit * MOST_ZOOM);
  // The place under the pointer stays where it is.
  view.x += (x - width / 2) * (1 / view.scale - 1 / limited);
  view.y -= (y - height / 2) * (1 / view.scale - 1 / limited);
  view.scale = limited;
  redraw();
}

function pan(dx, dy) {
  view.x = Math.min(Math.max(view.x - dx / view.scale, -data.scale), data.scale);
  view.y = Math.min(Math.max(view.y + dy / view.scale, -data.scale), data.scale);
  redraw();
}

/* Show some rows as large as they fit. */
function fitTo(rows) {
  let [left, right, bottom, top] = [Infinity, -Infinity, Infinity, -Infinity];
  for (const row of rows) {
    left = Math.min(left, data.x[row]);
    right = Math.max(right, data.x[row]);
    bottom = Math.min(bottom, data.y[row]);
    top = Math.max(top, data.y[row]);
  }
  view.x = (left + right) / 2;
  view.y = (bottom + top) / 2;
  const scaleFor = (pixels, extent) => Math.max(pixels - 2 * FIT_MARGIN, 50) / Math.max(extent, 1);
  view.scale = Math.min(scaleFor(width, right - left), scaleFor(height, top - bottom));
  redraw();
}

const allRows = () => data.words.keys();

function showAll() {
  fitTo(allRows());
  view.fit = view.scale;
}

/* Move the map only if the word is not well in sight. */
function bringIntoSight(row) {
  const x = screenX(row);
  const y = screenY(row);
  if (x < FIT_MARGIN || y < FIT_MARGIN || x > width - FIT_MARGIN || y > height - FIT_MARGIN) {
    view.x = data.x[row];
    view.y = data.y[row];
  }
  redraw();
}

// ---- Drawing -------------------------------------------------------------------------------

let isPlanned = false;

function redraw() {
  if (!isPlanned) {
    isPlanned = true;
    requestAnimationFrame(() => {
      isPlanned = false;
      draw();
    });
  }
}

function draw() {
  context.clearRect(0, 0, width, height);
  const shown = [];
  for (let row = 0; row < nWords; row += 1) {
    const x = screenX(row);
    const y = screenY(row);
    if (x > -50 && x < width + 50 && y > -20 && y < height + 20) shown.push(row);
  }
  drawArrows();
  drawNearLines();
  drawPoints(shown);
  drawLabels(shown);
  canvas.dataset.view = `${view.x} ${view.y} ${view.scale}`;
}

/* Whether there is something before which all else steps back. */
const isLookedAt = () => near.length > 0 || pairs.length > 0;

function drawPoints(shown) {
  // The fewer in sight, the larger.
  const size = Math.min(Math.max(Math.sqrt((width * height) / (shown.length + 1)) / 9, 1.2), 4);
  context.globalAlpha = isLookedAt() ? 0.5 : 1;
  drawDots(shown, size, colors.point);
  context.globalAlpha = 1;
  drawDots(pairs.filter((_, place) => place % 2 === 0), 4, colors.chosen);
  drawDots(pairs.filter((_, place) => place % 2 === 1), 4, colors.near);
  drawDots(near, 4, colors.near);
  if (hovered >= 0) drawDots([hovered], 5, colors.chosen);
  if (selected >= 0) drawDots([selected], 6, colors.chosen);
}

function drawDots(rows, radius, color) {
  context.fillStyle = color;
  context.beginPath();
  for (const row of rows) {
    const x = screenX(row);
    const y = screenY(row);
    if (radius < 2) {
      context.rect(x - radius, y - radius, 2 * radius, 2 * radius);
    } else {
      context.moveTo(x + radius, y);
      context.arc(x, y, radius, 0, 2 * Math.PI);
    }
  }
  context.fill();
}

function drawNearLines() {
  context.strokeStyle = colors.near;
  context.globalAlpha = 0.45;
  context.lineWidth = 1;
  context.beginPath();
  for (const row of near) {
    context.moveTo(screenX(selected), screenY(selected));
    context.lineTo(screenX(row), screenY(row));
  }
  context.stroke();
  context.globalAlpha = 1;
}

function drawArrows() {
  context.strokeStyle = colors.muted;
  context.fillStyle = colors.muted;
  context.lineWidth = 1.2;
  for (let place = 0; place < pairs.length; place += 2) {
    drawArrow(screenX(pairs[place]), screenY(pairs[place]),
      screenX(pairs[place + 1]), screenY(pairs[place + 1]));
  }
}

function drawArrow(x0, y0, x1, y1) {
  const length = Math.hypot(x1 - x0, y1 - y0);
  if (length < 12) return;
  const [dx, dy] = [(x1 - x0) / length, (y1 - y0) / length];
  const [tipX, tipY] = [x1 - 6 * dx, y1 - 6 * dy];
  context.beginPath();
  context.moveTo(x0, y0);
  context.lineTo(tipX - 6 * dx, tipY - 6 * dy);
  context.stroke();
  context.beginPath();
  context.moveTo(tipX, tipY);
  context.lineTo(tipX - 9 * dx - 3.5 * dy, tipY - 9 * dy + 3.5 * dx);
  context.lineTo(tipX - 9 * dx + 3.5 * dy, tipY - 9 * dy - 3.5 * dx);
  context.fill();
}

/* Labels of what the user looks at, then by frequency, where there is room. */
function drawLabels(shown) {
  const columns = Math.ceil(width / CELL);
  const taken = new Uint8Array(columns * (Math.ceil(height / CELL) + 1));
  const labeled = new Set();
  context.textBaseline = "middle";
  context.lineJoin = "round";
  const label = (row, color, weight) => {
    if (row >= 0 && !labeled.has(row) && drawLabel(row, color, weight, taken, columns)) {
      labeled.add(row);
    }
  };
  label(selected, colors.text, "700");
  label(hovered, colors.text, "700");
  near.forEach((row) => label(row, colors.text, "400"));
  pairs.forEach((row) => label(row, colors.text, "400"));
  const color = isLookedAt() ? colors.muted : colors.text;
  const most = (width * height) / (isLookedAt() ? 12000 : 4000);
  for (const row of shown) {
    if (labeled.size >= most) break;
    label(row, color, "400");
  }
}

function drawLabel(row, color, weight, taken, columns) {
  const text = shortened(data.words[row]);
  context.font = `${weight} ${LABEL_SIZE}px system-ui, sans-serif`;
  const textWidth = context.measureText(text).width;
  const x = screenX(row);
  const y = screenY(row);
  const beside = [[x + 7, y], [x - 7 - textWidth, y]];
  const aboveAndBelow = [[x - textWidth / 2, y - 14], [x - textWidth / 2, y + 14]];
  for (const [left, middle] of [...beside, ...aboveAndBelow]) {
    if (isFree(left, middle, textWidth, taken, columns)) {
      context.strokeStyle = colors.background;
      context.lineWidth = 3;
      context.strokeText(text, left, middle);
      context.fillStyle = color;
      context.fillText(text, left, middle);
      return true;
    }
  }
  return false;
}

/* Whether there is room for a label; if there is, it is taken. */
function isFree(left, y, textWidth, taken, columns) {
  if (left < 0 || left + textWidth > width || y < LABEL_SIZE / 2 || y > height - LABEL_SIZE / 2) {
    return false;
  }
  const cells = [];
  const lastX = Math.floor((left + textWidth) / CELL);
  const lastY = Math.floor((y + LABEL_SIZE / 2) / CELL);
  for (let cy = Math.floor((y - LABEL_SIZE / 2) / CELL); cy <= lastY; cy += 1) {
    for (let cx = Math.floor(left / CELL); cx <= lastX; cx += 1) {
      const cell = cy * columns + cx;
      if (taken[cell]) return false;
      cells.push(cell);
    }
  }
  for (const cell of cells) taken[cell] = 1;
  return true;
}

const shortened = (text) => (text.length > 40 ? `${text.slice(0, 39)}…` : text);

function readColors() {
  const style = getComputedStyle(document.documentElement);
  for (const name of ["background", "text", "muted", "point", "chosen", "near"]) {
    colors[name] = style.getPropertyValue(`--${name}`).trim();
  }
  redraw();
}

// ---- The word that is looked at ------------------------------------------------------------

function select(row, { isNew = true } = {}) {
  selected = row;
  const found = row < 0 ? [] : neighborsOf(row);
  near = found.map((neighbor) => neighbor.row);
  element("word").textContent = row < 0 ? "" : data.words[row];
  element("about").textContent = row < 0 ? hint() : aboutWord(row);
  element("neighbors").replaceChildren(...found.map(neighborItem));
  if (row >= 0) bringIntoSight(row);
  if (isNew) keepInAddress(row);
  redraw();
}

function keepInAddress(row) {
  const hash = row < 0 ? "" : `#${encodeURIComponent(data.words[row])}`;
  if (hash !== location.hash) history.pushState(null, "", hash || location.pathname);
}

const inEnglish = (number) => number.toLocaleString("en");
const isPart = data.total > nWords;
const wordsHere = isPart
  ? `The ${inEnglish(nWords)} most frequent of ${inEnglish(data.total)} words.`
  : `${inEnglish(nWords)} words.`;
const hint = () => `${wordsHere} Search one, or choose one on the map.`;

function aboutWord(row) {
  const rank = `${inEnglish(row + 1)} of ${inEnglish(data.total)} by frequency`;
  const count = data.counts ? `, seen ${inEnglish(data.counts[row])} times` : "";
  const among = isPart ? ` of the ${inEnglish(nWords)} here` : "";
  return `${rank}${count}. Nearest words${among}, by cosine:`;
}

function neighborItem({ row, score }) {
  const name = document.createElement("span");
  name.className = "name";
  name.textContent = data.words[row];
  const number = document.createElement("span");
  number.className = "score";
  number.textContent = score.toFixed(4);
  const button = document.createElement("button");
  button.type = "button";
  button.append(name, number);
  button.addEventListener("click", () => select(row));
  button.addEventListener("pointerenter", () => { hovered = row; redraw(); });
  button.addEventListener("pointerleave", () => { hovered = -1; redraw(); });
  const item = document.createElement("li");
  item.append(button);
  return item;
}

/* The address keeps the word, so that it can be sent to somebody, and Back works. */
function readAddress() {
  let word = location.hash.slice(1);
  try {
    word = decodeURIComponent(word);
  } catch {
    // A broken escape: looked up as it stands.
  }
  const row = rowOf.has(word) ? rowOf.get(word) : -1;
  select(row, { isNew: false });
  if (row < 0 && word) element("about").textContent = `“${word}” is not on this page. ${hint()}`;
}

// ---- Search --------------------------------------------------------------------------------

const search = element("search");
const matches = element("matches");
let found = [];
let active = 0;

/* Rows of the words that are the text, begin with it, or hold it, each by frequency. */
function findWords(text) {
  const wanted = text.trim().toLowerCase();
  const same = [];
  const beginning = [];
  const holding = [];
  for (let row = 0; wanted && row < nWords && beginning.length < MATCHES; row += 1) {
    const word = folded[row];
    if (word === wanted) same.push(row);
    else if (word.startsWith(wanted)) beginning.push(row);
    else if (holding.length < MATCHES && word.includes(wanted)) holding.push(row);
  }
  const exact = rowOf.get(text.trim());
  if (exact !== undefined && !same.includes(exact)) same.unshift(exact);
  return [...new Set([...same, ...beginning, ...holding])].slice(0, MATCHES);
}

function showMatches() {
  found = findWords(search.value);
  active = 0;
  const isOpen = search.value.trim() !== "";
  matches.hidden = !isOpen;
  search.setAttribute("aria-expanded", String(isOpen));
  const items = found.map((row, place) => {
    const item = document.createElement("li");
    item.id = `match-${place}`;
    item.setAttribute("role", "option");
    item.textContent = data.words[row];
    // Before the field loses the focus, which closes the list.
    item.addEventListener("pointerdown", (event) => { event.preventDefault(); take(place); });
    return item;
  });
  if (isOpen && !items.length) {
    const none = document.createElement("li");
    none.className = "none";
    none.textContent = "no such word on this page";
    items.push(none);
  }
  matches.replaceChildren(...items);
  markActive();
}

function markActive() {
  [...matches.children].forEach((item, place) => {
    const isActive = place === active && found.length > 0;
    item.setAttribute("aria-selected", String(isActive));
    if (isActive) item.scrollIntoView({ block: "nearest" });
  });
  if (found.length) search.setAttribute("aria-activedescendant", `match-${active}`);
  else search.removeAttribute("aria-activedescendant");
}

function closeMatches() {
  matches.hidden = true;
  search.setAttribute("aria-expanded", "false");
  search.removeAttribute("aria-activedescendant");
}

function take(place) {
  if (place >= found.length) return;
  search.value = data.words[found[place]];
  closeMatches();
  select(found[place]);
}

search.addEventListener("input", showMatches);
search.addEventListener("focus", () => search.select());
search.addEventListener("blur", closeMatches);
search.addEventListener("keydown", (event) => {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (step) {
    event.preventDefault();
    if (matches.hidden) showMatches();
    else if (found.length) active = (active + step + found.length) % found.length;
    markActive();
  } else if (event.key === "Enter") {
    if (matches.hidden) showMatches();
    take(active);
  } else if (event.key === "Escape") {
    closeMatches();
  }
});

// ---- Pointer and keys on the map -----------------------------------------------------------

/* The word at a place of the map; of several the nearest, -1 if none is near. */
function wordAt(x, y) {
  let best = -1;
  let bestDistance = HIT_RADIUS ** 2;
  for (let row = 0; row < nWords; row += 1) {
    const distance = (screenX(row) - x) ** 2 + (screenY(row) - y) ** 2;
    if (distance < bestDistance) [best, bestDistance] = [row, distance];
  }
  return best;
}

const pointers = new Map(); // id -> last place
let moved = 0;

const placeOf = (event) => {
  const box = canvas.getBoundingClientRect();
  return { x: event.clientX - box.left, y: event.clientY - box.top };
};

canvas.addEventListener("pointerdown", (event) => {
  canvas.setPointerCapture(event.pointerId);
  pointers.set(event.pointerId, placeOf(event));
  if (pointers.size === 1) moved = 0;
  else moved = CLICK_SLACK; // two fingers never click
});

canvas.addEventListener("pointermove", (event) => {
  const place = placeOf(event);
  const before = pointers.get(event.pointerId);
  if (!before) {
    hover(place);
    return;
  }
  moved += Math.hypot(place.x - before.x, place.y - before.y);
  if (pointers.size === 2) pinch(event.pointerId, before, place);
  else if (moved >= CLICK_SLACK) pan(place.x - before.x, place.y - before.y);
  canvas.classList.toggle("is-dragged", moved >= CLICK_SLACK);
  pointers.set(event.pointerId, place);
});

function hover(place) {
  const row = wordAt(place.x, place.y);
  canvas.classList.toggle("is-over-word", row >= 0);
  if (row !== hovered) {
    hovered = row;
    redraw();
  }
}

/* Two fingers: the map follows their middle, and their distance zooms. */
function pinch(id, before, place) {
  const [other] = [...pointers].filter(([key]) => key !== id).map(([, value]) => value);
  const distance = (a) => Math.hypot(a.x - other.x, a.y - other.y) || 1;
  pan((place.x - before.x) / 2, (place.y - before.y) / 2);
  zoomTo(view.scale * (distance(place) / distance(before)),
    (place.x + other.x) / 2, (place.y + other.y) / 2);
}

function release(event) {
  if (!pointers.delete(event.pointerId)) return;
  canvas.classList.remove("is-dragged");
  if (event.type === "pointerup" && moved < CLICK_SLACK && pointers.size === 0) {
    const place = placeOf(event);
    select(wordAt(place.x, place.y));
  }
}

canvas.addEventListener("pointerup", release);
canvas.addEventListener("pointercancel", release);
canvas.addEventListener("pointerleave", () => { hovered = -1; redraw(); });

canvas.addEventListener("wheel", (event) => {
  event.preventDefault();
  const pixels = event.deltaY * (event.deltaMode === 1 ? 16 : 1);
  const place = placeOf(event);
  zoomTo(view.scale * 2 ** (-Math.max(-300, Math.min(300, pixels)) / 200), place.x, place.y);
}, { passive: false });

const KEYS = {
  ArrowLeft: () => pan(KEY_PAN, 0),
  ArrowRight: () => pan(-KEY_PAN, 0),
  ArrowUp: () => pan(0, KEY_PAN),
  ArrowDown: () => pan(0, -KEY_PAN),
  "+": () => zoomTo(view.scale * ZOOM_STEP),
  "=": () => zoomTo(view.scale * ZOOM_STEP),
  "-": () => zoomTo(view.scale / ZOOM_STEP),
  0: showAll,
  Escape: () => select(-1),
};

canvas.addEventListener("keydown", (event) => {
  if (KEYS[event.key] && !event.ctrlKey && !event.metaKey && !event.altKey) {
    event.preventDefault();
    KEYS[event.key]();
  }
});

document.addEventListener("keydown", (event) => {
  if (event.key === "/" && document.activeElement !== search) {
    event.preventDefault();
    search.focus();
  }
});

element("zoom-in").addEventListener("click", () => zoomTo(view.scale * ZOOM_STEP));
element("zoom-out").addEventListener("click", () => zoomTo(view.scale / ZOOM_STEP));
element("show-all").addEventListener("click", showAll);

// ---- Related words -------------------------------------------------------------------------

const sections = element("sections");

function fillSections() {
  sections.hidden = data.sections.length === 0;
  ["no arrows", ...data.sections.map((section) => section.name)].forEach((name, place) => {
    const option = document.createElement("option");
    option.value = String(place - 1);
    option.textContent = name;
    sections.append(option);
  });
}

sections.addEventListener("change", () => {
  const place = Number(sections.value);
  pairs = place < 0 ? [] : data.sections[place].pairs;
  if (pairs.length) fitTo(pairs);
  else redraw();
});

// ---- Start ---------------------------------------------------------------------------------

function resize() {
  const isFirst = width === 1;
  const wasAll = view.scale === view.fit;
  const ratio = window.devicePixelRatio || 1;
  width = Math.max(canvas.clientWidth, 1);
  height = Math.max(canvas.clientHeight, 1);
  canvas.width = Math.round(width * ratio);
  canvas.height = Math.round(height * ratio);
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  if (isFirst || wasAll) showAll();
  // At once: a new size clears the canvas, after what was planned for this frame is drawn.
  draw();
}

new ResizeObserver(resize).observe(canvas);
window.addEventListener("popstate", readAddress);
window.matchMedia("(prefers-color-scheme: dark)").addEventListener("change", readColors);
readColors();
fillSections();
resize();
readAddress();
