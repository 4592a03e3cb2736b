// Accounts as shapes: one small program for the graphics card that draws every shape from its distance function.
import { floatColor } from "sigma/utils";
import { NodeProgram } from "sigma/rendering";

export const SHAPES = ["disc", "square", "diamond", "triangle", "hexagon", "hollow"];

const VERTEX = /* glsl */ `
attribute vec4 a_id;
attribute vec4 a_color;
attribute vec2 a_position;
attribute float a_size;
attribute float a_shape;
attribute float a_angle;
uniform mat3 u_matrix;
uniform float u_sizeRatio;
uniform float u_correctionRatio;
varying vec4 v_color;
varying vec2 v_offset;
varying float v_radius;
varying float v_shape;
void main() {
  float size = a_size * u_correctionRatio / u_sizeRatio * 4.0;
  vec2 offset = size * vec2(cos(a_angle), sin(a_angle));
  gl_Position = vec4((u_matrix * vec3(a_position + offset, 1)).xy, 0, 1);
  v_radius = size / 2.0;
  v_offset = offset / v_radius;
  v_shape = a_shape;
  #ifdef PICKING_MODE
  v_color = a_id;
  #else
  v_color = a_color;
  #endif
  v_color.a *= 255.0 / 254.0;
}`;

const FRAGMENT = /* glsl */ `
precision highp float;
varying vec4 v_color;
varying vec2 v_offset;
varying float v_radius;
varying float v_shape;
uniform float u_correctionRatio;
const vec4 nothing = vec4(0.0);
void main(void) {
  vec2 p = v_offset;
  vec2 q = abs(p);
  float d = length(p) - 0.94;
  if (v_shape > 4.5) d = abs(length(p) - 0.7) - 0.2;
  else if (v_shape > 3.5) d = max(q.y * 0.866025 + q.x * 0.5, q.x) - 0.86;
  else if (v_shape > 2.5) d = max(q.x * 0.866025 + p.y * 0.5, -p.y) - 0.52;
  else if (v_shape > 1.5) d = (q.x + q.y - 1.0) * 0.707107;
  else if (v_shape > 0.5) d = max(q.x, q.y) - 0.74;
  #ifdef PICKING_MODE
  gl_FragColor = length(p) > 1.0 ? nothing : v_color;
  #else
  float edge = u_correctionRatio * 1.5 / v_radius;
  gl_FragColor = mix(v_color, nothing, smoothstep(-edge, edge, d));
  #endif
}`;

export class ShapeProgram extends NodeProgram {
  getDefinition() {
    const { FLOAT, UNSIGNED_BYTE, TRIANGLES } = WebGLRenderingContext;
    return {
      VERTICES: 3,
      VERTEX_SHADER_SOURCE: VERTEX,
      FRAGMENT_SHADER_SOURCE: FRAGMENT,
      METHOD: TRIANGLES,
      UNIFORMS: ["u_sizeRatio", "u_correctionRatio", "u_matrix"],
      ATTRIBUTES: [
        { name: "a_position", size: 2, type: FLOAT },
        { name: "a_size", size: 1, type: FLOAT },
        { name: "a_color", size: 4, type: UNSIGNED_BYTE, normalized: true },
        { name: "a_shape", size: 1, type: FLOAT },
        { name: "a_id", size: 4, type: UNSIGNED_BYTE, normalized: true },
      ],
      CONSTANT_ATTRIBUTES: [{ name: "a_angle", size: 1, type: FLOAT }],
      CONSTANT_DATA: [[0], [(2 * Math.PI) / 3], [(4 * Math.PI) / 3]],
    };
  }

  processVisibleItem(index, start, data) {
    const { array } = this;
    array[start++] = data.x;
    array[start++] = data.y;
    array[start++] = data.size;
    array[start++] = floatColor(data.color);
    array[start++] = data.shape ?? 0;
    array[start++] = index;
  }

  setUniforms(params, { gl, uniformLocations }) {
    gl.uniform1f(uniformLocations.u_correctionRatio, params.correctionRatio);
    gl.uniform1f(uniformLocations.u_sizeRatio, params.sizeRatio);
    gl.uniformMatrix3fv(uniformLocations.u_matrix, false, params.matrix);
  }
}

// The same shapes as outlines around the middle, of radius one; none: a circle.
export const OUTLINES = {
  square: [[-0.74, -0.74], [0.74, -0.74], [0.74, 0.74], [-0.74, 0.74]],
  diamond: [[0, -1], [1, 0], [0, 1], [-1, 0]],
  triangle: [[0, -1], [0.94, 0.6], [-0.94, 0.6]],
  hexagon: [[0, -0.98], [0.85, -0.49], [0.85, 0.49], [0, 0.98], [-0.85, 0.49], [-0.85, -0.49]],
};

// The same shapes for legend, table and card.
export function icon(shape, colour, size = 14) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("viewBox", "-10 -10 20 20");
  svg.setAttribute("width", size);
  svg.setAttribute("height", size);
  svg.setAttribute("aria-hidden", "true");
  svg.classList.add("icon");
  const outline = OUTLINES[shape];
  const part = document.createElementNS(svg.namespaceURI, outline ? "polygon" : "circle");
  if (outline) part.setAttribute("points", outline.map(([x, y]) => `${9.5 * x},${9.5 * y}`).join(" "));
  else part.setAttribute("r", shape === "hollow" ? 6.5 : 8.5);
  part.setAttribute("fill", shape === "hollow" ? "none" : colour);
  if (shape === "hollow") {
    part.setAttribute("stroke", colour);
    part.setAttribute("stroke-width", 4);
  }
  svg.append(part);
  return svg;
}
