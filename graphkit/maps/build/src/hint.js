// The small card beside the account under the pointer: its name, what was measured, why, and the first evidence.
import { byId, make, said } from "./dom.js";
import { icon } from "./shapes.js";
import { number, t } from "./words.js";

const GAP = 8; // pixels to the account and to the edge

export class Hint {
  constructor(network, scene) {
    Object.assign(this, { network, scene, node: -1, element: byId("hint") });
  }

  // Beside a point of the picture, on the side where it has room, and never upon the card of another account.
  show(node, { x, y, radius, room, height }) {
    const { element } = this;
    if (node !== this.node) element.replaceChildren(...this.parts(node));
    this.node = node;
    element.hidden = false;
    const right = x + radius + GAP;
    const left = right + element.offsetWidth + GAP <= room ? right : Math.max(GAP, x - radius - GAP - element.offsetWidth);
    const top = Math.max(GAP, Math.min(y - element.offsetHeight / 2, height - element.offsetHeight - GAP));
    Object.assign(element.style, { left: `${Math.round(left)}px`, top: `${Math.round(top)}px` });
  }

  hide() {
    this.element.hidden = true;
  }

  parts(node) {
    const { nodes, legend, reasons, findings } = this.network;
    const label = legend.labels[nodes.label[node]];
    const evidence = findings[nodes.findings[node][0]]?.evidence[0];
    const [real, low, high] = [nodes.real[node], nodes.real_low[node], nodes.real_high[node]];
    return [
      make("b", {}, said(this.scene.name(node))),
      make("p", {}, icon(label.shape, `var(--${label.label})`, 13), " ", said(label.said)),
      reasons[nodes.reason[node]] ? make("p", {}, said(reasons[nodes.reason[node]])) : null,
      evidence ? make("p", { className: "soft" }, `${t("evidence_for")}: `, said(evidence.claim)) : null,
      real === null ? null : make("p", { className: "soft" }, `${t("card_real")}: ${number(real)} (${t("range", { low, high })})`),
    ].filter(Boolean);
  }
}
