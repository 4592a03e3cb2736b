// The data block of the page: inert JSON, or the same packed with gzip and base64.
export async function readData(block) {
  const content = JSON.parse(block.textContent);
  if (block.dataset.packed !== "gzip") return content;
  const bytes = Uint8Array.from(atob(content), (character) => character.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  return JSON.parse(await new Response(stream).text());
}

const folded = (text) => (text ?? "").normalize("NFKD").replace(/\p{M}/gu, "").replace(/[ıİ]/g, "i").toLowerCase();

// Accounts with their ties in both directions, as plain arrays.
export class Network {
  constructor(data) {
    Object.assign(this, { data, nodes: data.nodes, edges: data.edges, legend: data.legend });
    this.count = this.nodes.id.length;
    this.place = new Map(this.nodes.id.map((id, node) => [id, node]));
    this.searchable = this.nodes.id.map((id, n) => folded(`${this.nodes.name[n]} ${this.nodes.full[n] ?? ""} ${id}`));
    const { s, t } = this.edges;
    this.ties = Array.from({ length: this.count }, () => []);
    for (let tie = 0; tie < s.length; tie++) {
      this.ties[s[tie]].push(tie);
      this.ties[t[tie]].push(tie);
    }
  }

  other(tie, node) {
    return this.edges.s[tie] === node ? this.edges.t[tie] : this.edges.s[tie];
  }

  neighbours(node) {
    return [...new Set(this.ties[node].map((tie) => this.other(tie, node)))];
  }

  // What a tie says, seen from `node`.
  tieWords(tie, node) {
    const out = this.edges.s[tie] === node;
    const acts = this.edges.a[tie];
    const said = [];
    if (this.edges.f[tie]) said.push(out ? "follows" : "follower");
    if (acts) said.push(`${out ? "reacted to" : "reacted"} ${acts.toLocaleString("en")}×`);
    return said.join(", ");
  }

  matches(node, query) {
    return this.searchable[node].includes(query);
  }
}

export { folded };
