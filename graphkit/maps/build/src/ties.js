// All ties as one set of lines on a layer of their own below the accounts: placed once, chosen anew with each filter.
const VERTEX = `#version 300 es
in vec2 a_position;
uniform mat3 u_matrix;
void main() { gl_Position = vec4((u_matrix * vec3(a_position, 1)).xy, 0, 1); }`;
const FRAGMENT = `#version 300 es
precision mediump float;
uniform vec4 u_color;
out vec4 color;
void main() { color = u_color; }`;
const SLOW = 60; // milliseconds of one drawing; above it the picture moves along and is drawn anew when it rests
const REST = 140;

export class TieLayer {
  constructor(sigma, container) {
    Object.assign(this, { sigma, lines: 0, slow: false, timer: 0 });
    this.canvas = document.createElement("canvas");
    this.canvas.className = "ties";
    container.prepend(this.canvas);
    const gl = (this.gl = this.canvas.getContext("webgl2", { antialias: true, premultipliedAlpha: true, preserveDrawingBuffer: true }));
    if (!gl) throw new Error("no WebGL 2");
    this.program = program(gl);
    this.matrix = gl.getUniformLocation(this.program, "u_matrix");
    this.colour = gl.getUniformLocation(this.program, "u_color");
    this.points = gl.createBuffer();
    this.order = gl.createBuffer();
    sigma.on("afterRender", () => this.follow());
  }

  // Where accounts stand, in the coordinates of sigma's camera: the square around the map, twice `half` wide, is the unit square.
  place(x, y, half) {
    const { gl } = this;
    const at = new Float32Array(2 * x.length);
    for (let node = 0; node < x.length; node++) {
      at[2 * node] = 0.5 + x[node] / (2 * half);
      at[2 * node + 1] = 0.5 + y[node] / (2 * half);
    }
    gl.bindBuffer(gl.ARRAY_BUFFER, this.points);
    gl.bufferData(gl.ARRAY_BUFFER, at, gl.STATIC_DRAW);
  }

  // Which accounts are tied now: pairs of their numbers.
  show(pairs) {
    const { gl } = this;
    gl.bindBuffer(gl.ELEMENT_ARRAY_BUFFER, this.order);
    gl.bufferData(gl.ELEMENT_ARRAY_BUFFER, pairs, gl.STATIC_DRAW);
    this.lines = pairs.length / 2;
    this.drawn = null;
  }

  follow() {
    if (this.slow && this.drawn) {
      this.shift();
      clearTimeout(this.timer);
      this.timer = setTimeout(() => this.draw(), REST);
    } else this.draw();
  }

  // The last picture, moved as the camera has moved since.
  shift() {
    const { sigma, drawn } = this;
    const [zero, one] = [sigma.graphToViewport({ x: 0, y: 0 }), sigma.graphToViewport({ x: 1000, y: 0 })];
    const scale = (one.x - zero.x) / (drawn.one.x - drawn.zero.x);
    this.canvas.style.transform = `matrix(${scale},0,0,${scale},${zero.x - scale * drawn.zero.x},${zero.y - scale * drawn.zero.y})`;
  }

  draw() {
    const { gl, sigma, canvas } = this;
    const began = performance.now();
    const { width, height } = sigma.getDimensions();
    const [wide, high] = [Math.round(width * devicePixelRatio), Math.round(height * devicePixelRatio)];
    if (canvas.width !== wide || canvas.height !== high) Object.assign(canvas, { width: wide, height: high });
    canvas.style.transform = "";
    this.drawn = { zero: sigma.graphToViewport({ x: 0, y: 0 }), one: sigma.graphToViewport({ x: 1000, y: 0 }) };
    gl.viewport(0, 0, wide, high);
    gl.clearColor(0, 0, 0, 0);
    gl.clear(gl.COLOR_BUFFER_BIT);
    if (!this.lines) return;
    gl.useProgram(this.program);
    gl.enable(gl.BLEND);
    gl.blendFunc(gl.ONE, gl.ONE_MINUS_SRC_ALPHA);
    gl.uniformMatrix3fv(this.matrix, false, sigma.getRenderParams().matrix);
    const strength = this.strength();
    gl.uniform4f(this.colour, ...this.tint.map((part) => part * strength), strength);
    gl.bindBuffer(gl.ARRAY_BUFFER, this.points);
    gl.enableVertexAttribArray(0);
    gl.vertexAttribPointer(0, 2, gl.FLOAT, false, 0, 0);
    gl.bindBuffer(gl.ELEMENT_ARRAY_BUFFER, this.order);
    gl.drawElements(gl.LINES, 2 * this.lines, gl.UNSIGNED_INT, 0);
    if (this.lines > 3000) {
      gl.readPixels(0, 0, 1, 1, gl.RGBA, gl.UNSIGNED_BYTE, new Uint8Array(4)); // waits for the drawing, so that its time is known
      this.slow = performance.now() - began > SLOW;
    }
  }

  // Many lines are drawn fainter, so that what lies below and what they have in common stays seen; close ones stronger.
  strength() {
    const close = 1 / Math.sqrt(Math.max(this.sigma.getCamera().getState().ratio, 0.01));
    return Math.min(0.5, Math.max(0.015, (5 / Math.sqrt(this.lines + 80)) * close));
  }

  tinted(colour) {
    const value = Number.parseInt(colour.slice(1), 16);
    this.tint = [(value >> 16) / 255, ((value >> 8) & 255) / 255, (value & 255) / 255];
  }
}

function program(gl) {
  const made = gl.createProgram();
  for (const [kind, source] of [
    [gl.VERTEX_SHADER, VERTEX],
    [gl.FRAGMENT_SHADER, FRAGMENT],
  ]) {
    const shader = gl.createShader(kind);
    gl.shaderSource(shader, source);
    gl.compileShader(shader);
    gl.attachShader(made, shader);
  }
  gl.bindAttribLocation(made, 0, "a_position");
  gl.linkProgram(made);
  if (!gl.getProgramParameter(made, gl.LINK_STATUS)) throw new Error(gl.getProgramInfoLog(made));
  return made;
}
