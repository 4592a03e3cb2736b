// The data of the page: blocks of inert JSON, or the same packed with gzip and base64.
export async function readBlock(id) {
  const block = document.getElementById(id);
  if (block.dataset.packed !== "gzip") return JSON.parse(block.textContent);
  const stream = new Blob([bytesOf(block.textContent.trim().slice(1, -1))]).stream().pipeThrough(new DecompressionStream("gzip"));
  return JSON.parse(await new Response(stream).text());
}

// The bytes behind base64; a plain loop, for a call a letter takes a tenth of a second for each megabyte.
function bytesOf(base64) {
  const letters = atob(base64);
  const bytes = new Uint8Array(letters.length);
  for (let place = 0; place < letters.length; place++) bytes[place] = letters.charCodeAt(place);
  return bytes;
}

// As people search: without accents, and with one i for i, ı, İ and I.
export const folded = (text) => (text ?? "").normalize("NFKD").replace(/\p{M}/gu, "").replace(/[ıİ]/g, "i").toLowerCase();

export const FOLLOW = 0; // the kind of tie that is no act

// Accounts with their ties in both directions, as plain arrays. A tie is one row: source, target, kind.
export class Network {
  constructor(head, body) {
    const { nodes, ties, findings, reasons } = body;
    Object.assign(this, { head, nodes, ties, findings, reasons, legend: head.legend, kinds: head.kinds });
    this.count = nodes.id.length;
    this.place = new Map(nodes.id.map((id, node) => [id, node]));
    this.x = Float32Array.from(nodes.x, (tenths) => tenths / 10);
    this.y = Float32Array.from(nodes.y, (tenths) => tenths / 10);
    this.size = Float32Array.from(nodes.size, (hundredths) => hundredths / 100);
    this.source = unpacked(ties.s);
    this.target = Int32Array.from(ties.t);
    this.kind = Uint8Array.from(ties.k);
    this.acts = Int32Array.from(ties.n);
    this.first = Int32Array.from(ties.a, (tick) => tick ?? -1);
    this.last = Int32Array.from(ties.b, (ticks, tie) => (ticks === null ? -1 : this.first[tie] + ticks));
    this.join();
  }

  // The rows of each account's ties, one after the other.
  join() {
    const { source, target, count } = this;
    this.start = new Int32Array(count + 1);
    for (let tie = 0; tie < source.length; tie++) {
      this.start[source[tie] + 1]++;
      this.start[target[tie] + 1]++;
    }
    for (let node = 0; node < count; node++) this.start[node + 1] += this.start[node];
    const place = this.start.slice();
    this.row = new Int32Array(2 * source.length);
    for (let tie = 0; tie < source.length; tie++) {
      this.row[place[source[tie]]++] = tie;
      this.row[place[target[tie]]++] = tie;
    }
  }

  tiesOf(node) {
    return this.row.subarray(this.start[node], this.start[node + 1]);
  }

  other(tie, node) {
    return this.source[tie] === node ? this.target[tie] : this.source[tie];
  }

  // Who is tied to an account, and by which rows; only rows that `on` marks, where it is given.
  neighbours(node, on = null) {
    const found = new Map();
    for (const tie of this.tiesOf(node)) {
      if (on && !on[tie]) continue;
      const other = this.other(tie, node);
      if (found.has(other)) found.get(other).push(tie);
      else found.set(other, [tie]);
    }
    return found;
  }

  // The shortest way between two accounts over ties that are shown, the most active ties first; empty: there is none.
  path(from, to, visible, on) {
    const before = new Int32Array(this.count).fill(-1);
    before[from] = from;
    let edge = [from];
    while (edge.length && before[to] < 0) {
      const next = [];
      for (const node of edge) {
        const around = [...this.neighbours(node, on)].map(([other, rows]) => [other, rows.reduce((sum, tie) => sum + this.acts[tie], 0)]);
        around.sort((one, other) => other[1] - one[1] || one[0] - other[0]);
        for (const [other] of around) {
          if (before[other] >= 0 || !visible[other]) continue;
          before[other] = node;
          next.push(other);
        }
      }
      edge = next;
    }
    if (before[to] < 0) return [];
    const way = [to];
    while (way[0] !== from) way.unshift(before[way[0]]);
    return way;
  }

  // Ticks count from the first time in the data.
  time(tick) {
    return this.head.time.origin + tick * this.head.time.tick;
  }

  tick(milliseconds) {
    return Math.round((milliseconds - this.head.time.origin) / this.head.time.tick);
  }

  matches(node, query) {
    this.searchable ??= this.nodes.id.map((id, n) => folded(`${this.nodes.name[n]} ${this.nodes.full[n] ?? ""} ${id}`));
    return this.searchable[node].includes(query);
  }

  // An account as a person names it: its handle or id exactly, else the widest that fits; -1 where none does.
  named(text, among = null) {
    const wanted = text.trim().replace(/^@/, "");
    const query = folded(wanted);
    if (!query) return -1;
    let best = -1;
    for (let node = 0; node < this.count; node++) {
      if (among && !among[node]) continue;
      if (this.nodes.id[node] === wanted || folded(this.nodes.name[node].replace(/^@/, "")) === query) return node;
      if (this.matches(node, query) && (best < 0 || this.size[node] > this.size[best])) best = node;
    }
    return best;
  }
}

// Sources are sorted, so the page carries how far each is from the one before.
function unpacked(steps) {
  const values = new Int32Array(steps.length);
  let sum = 0;
  for (let place = 0; place < steps.length; place++) values[place] = sum += steps[place];
  return values;
}
