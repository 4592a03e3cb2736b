// Colours of the page's theme, and what they say now. Shapes stay whatever colours say.
const MANY = 12; // colours for communities and findings, in the style sheet

export class Look {
  constructor(head, state) {
    Object.assign(this, { head, state, labels: head.legend.labels });
    this.read();
  }

  read() {
    const style = getComputedStyle(document.documentElement);
    const value = (name) => style.getPropertyValue(name).trim();
    Object.assign(this, { ink: value("--ink"), soft: value("--soft"), page: value("--page"), card: value("--card"), line: value("--line"), tie: value("--tie"), strong: value("--tie-strong"), plain: value("--plain"), circle: value("--community") });
    this.many = Array.from({ length: MANY }, (_, number) => value(`--many-${number}`));
    this.labelColours = this.labels.map((item) => value(`--${item.label}`) || item.colour);
  }

  labelColour(label) {
    return this.labelColours[label];
  }

  community(number) {
    return this.state.colour === "community" ? this.many[number % MANY] : this.circle;
  }

  finding(number) {
    return this.many[number % MANY];
  }

  account(node) {
    const { nodes } = this.state.network;
    if (this.state.colour === "community") return this.community(nodes.community[node]);
    if (this.state.colour === "finding") return nodes.findings[node].length ? this.finding(nodes.findings[node][0]) : this.plain;
    return this.labelColours[nodes.label[node]];
  }
}
