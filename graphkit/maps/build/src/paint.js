// What is drawn above and below the accounts: communities, names, what is chosen. On the screen and in saved pictures.
import { SHAPES } from "./shapes.js";
import { t } from "./words.js";

const LABEL_ROOM = 22_000; // square pixels of the map for each name
const TRIES = 6; // for each name that has room: what is crowded stays without names
const NEAR_SHOWN = 24; // names of accounts tied to the chosen one
const FOUND_SHOWN = 3000; // more than these do not stand out from the rest
const LINKS_SHOWN = 700; // between communities
const ORDINARY = new Set(["authentic", "unknown"]);

export const cut = (name, most = 32) => ([...name].length > most ? `${[...name].slice(0, most - 1).join("")}…` : name);

// Where a place of the map lies in the picture: `scale` pixels a unit, the middle of the map at (`x`, `y`).
export class View {
  constructor({ scale, x, y, width, height, sized, free = width }) {
    Object.assign(this, { scale, x, y, width, height, sized, free }); // `free`: how wide it is without the card
  }

  at(x, y) {
    return [this.x + x * this.scale, this.y - y * this.scale];
  }

  holds(x, y, margin = 0) {
    return x >= -margin && y >= -margin && x <= this.width + margin && y <= this.height + margin;
  }
}

// The communities: closed ones as circles with a ring that says what was measured, open ones as faint ground.
export function ground(pen, view, scene, look) {
  const { communities, between } = scene;
  const closed = (number) => communities[number].closed && communities[number].shown > 0;
  const most = Math.log1p(Math.max(1, ...between.map(([, , ties]) => ties)));
  const links = between.filter(([one, other]) => one !== other && closed(one) && closed(other)).sort((one, other) => other[2] - one[2]);
  for (const [one, other, ties] of links.slice(0, LINKS_SHOWN)) {
    const strength = Math.log1p(ties) / most;
    pen.lines([...view.at(communities[one].x, communities[one].y), ...view.at(communities[other].x, communities[other].y)], look.strong, { width: 0.5 + 6 * strength ** 3, alpha: 0.08 + 0.3 * strength ** 2 });
  }
  communities.forEach((item, number) => {
    const [x, y] = view.at(item.x, item.y);
    const radius = item.radius * view.scale;
    if (!view.holds(x, y, radius)) return;
    if (!item.closed) return pen.circle(x, y, radius, { fill: look.community(number), alpha: 0.07 });
    const empty = item.shown === 0;
    pen.circle(x, y, radius, { fill: look.page });
    pen.circle(x, y, radius, { fill: look.community(number), alpha: empty ? 0.08 : number === scene.pointed ? 0.62 : 0.42, stroke: number === scene.pointed ? look.ink : null, width: 2 });
    if (!empty) ring(pen, x, y, { radius, item, look });
  });
}

// Around a community: how much of it stands out, each label in its colour; what is rare is drawn wide enough to be seen.
function ring(pen, x, y, { radius, item, look }) {
  const width = Math.max(2, Math.min(7, radius * 0.14));
  let from = -Math.PI / 2;
  item.labels.forEach((count, label) => {
    if (!count || ORDINARY.has(look.labels[label].label)) return;
    const share = Math.min(2 * Math.PI * 0.999, Math.max((2 * Math.PI * count) / item.shown, 5 / Math.max(radius, 1)));
    pen.arc(x, y, radius - width / 2, { from, to: from + share, colour: look.labelColour(label), width });
    from += share;
  });
}

// Names that lie upon each other cannot be read: whoever comes first has the place.
class Room {
  constructor() {
    this.taken = [];
  }

  take(left, top, right, bottom) {
    if (this.taken.some((box) => left < box[2] && right > box[0] && top < box[3] && bottom > box[1])) return false;
    this.taken.push([left, top, right, bottom]);
    return true;
  }
}

// The names: of communities, of what is chosen, and of the widest accounts, as many as have room.
export function names(pen, view, scene, look) {
  const room = new Room();
  if (scene.chosen.size) chosenNames(pen, view, scene, look, room);
  communityNames(pen, view, scene, look, room);
  if (scene.chosen.size) return;
  let left = Math.round((view.width * view.height) / LABEL_ROOM);
  let tries = TRIES * left;
  for (const node of scene.widestFirst()) {
    if (left === 0 || tries === 0) break;
    const x = view.x + scene.x[node] * view.scale;
    const y = view.y - scene.y[node] * view.scale;
    if (!view.holds(x, y)) continue;
    tries--;
    if (accountName(pen, view, scene, { node, x, y, look, room })) left--;
  }
}

function communityNames(pen, view, scene, look, room) {
  const faint = scene.chosen.size > 0;
  scene.communities.forEach((item, number) => {
    const [x, y] = view.at(item.x, item.y);
    const radius = item.radius * view.scale;
    if (item.shown === 0 || !view.holds(x, y, radius)) return;
    const size = Math.max(11, Math.min(15, radius / 5));
    const pointed = number === scene.pointed;
    if (!item.closed && radius < 34) return;
    const lines = item.closed ? [cut(pointed ? item.name : item.short, pointed ? 60 : 32), t("community_size", { count: item.told })] : [item.short];
    const wide = Math.max(...lines.map((line) => pen.measure(line, size, 600))) / 2 + 4;
    if (item.closed && !pointed && radius < 20) return;
    const top = item.closed ? y - size * 0.1 : y - radius - 4;
    const high = size * 1.25 * lines.length;
    const free = room.take(x - wide, top - size, x + wide, top - size + high);
    if (!free && !pointed) return;
    lines.forEach((line, place) => pen.text(line, x, top + place * size * 1.25, { size: place ? size - 1.5 : size, weight: place ? 400 : 600, colour: item.closed ? look.ink : look.soft, rim: look.page, side: "center", alpha: faint ? 0.35 : 1 }));
  });
}

function accountName(pen, view, scene, { node, x, y, look, room, bold = false, sure = false }) {
  const words = cut(scene.name(node));
  const size = bold ? 13 : 12;
  const radius = view.sized(scene.size[node]);
  const wide = pen.measure(words, size, bold ? 700 : 400);
  const right = x + radius + 4 + wide < view.free || x < view.free / 2;
  const left = right ? x + radius + 4 : x - radius - 4 - wide;
  if (!room.take(left - 8, y - size, left + wide + 8, y + size) && !sure) return false;
  pen.text(words, left, y + size / 3, { size, weight: bold ? 700 : 400, colour: look.ink, rim: look.page });
  return true;
}

// What is chosen, on the dimmed rest: an account with its ties, the way between two, or what a search found.
export function chosen(pen, view, scene, look) {
  if (scene.reached.length) chosenTies(pen, view, scene, look);
  const at = (node) => view.at(scene.x[node], scene.y[node]);
  for (const node of scene.chosen) {
    const [x, y] = at(node);
    if (!view.holds(x, y, 20)) continue;
    const radius = Math.max(view.sized(scene.size[node]), 3.5) * (scene.marked.has(node) ? 1.3 : 1);
    pen.circle(x, y, radius + 1.5, { fill: look.page });
    pen.shape(SHAPES[scene.shape(node)], x, y, radius, look.account(node));
    if (scene.marked.has(node)) pen.circle(x, y, radius + 4, { stroke: look.ink, width: 2 });
  }
}

function chosenTies(pen, view, scene, look) {
  const plain = [];
  for (const [one, other] of scene.reached) plain.push(...view.at(scene.x[one], scene.y[one]), ...view.at(scene.x[other], scene.y[other]));
  pen.lines(plain, look.strong, scene.way.length ? { width: 3 } : { width: 1, alpha: Math.max(0.22, Math.min(0.7, 8 / Math.sqrt(scene.reached.length + 40))) });
}

function chosenNames(pen, view, scene, look, room) {
  const marked = [...scene.marked];
  for (const node of marked) accountName(pen, view, scene, { node, ...spot(view, scene, node), look, room, bold: true, sure: true });
  const rest = [...scene.chosen].filter((node) => !scene.marked.has(node)).sort((one, other) => scene.size[other] - scene.size[one]);
  let left = NEAR_SHOWN;
  for (const node of rest) {
    if (left === 0) break;
    const { x, y } = spot(view, scene, node);
    if (view.holds(x, y) && accountName(pen, view, scene, { node, x, y, look, room })) left--;
  }
}

function spot(view, scene, node) {
  const [x, y] = view.at(scene.x[node], scene.y[node]);
  return { x, y };
}

export { FOUND_SHOWN };
