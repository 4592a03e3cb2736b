// Elements from plain text only: nothing from the data is ever read as markup.
export function make(tag, properties = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (name in element) element[name] = value;
    else element.setAttribute(name, value);
  }
  element.append(...children.filter((child) => child !== null && child !== undefined));
  return element;
}

// Text from the data: its own direction cannot turn what stands around it.
export const said = (text) => make("bdi", { textContent: text ?? "" });

export const button = (text, act, properties = {}) => {
  const made = make("button", { type: "button", textContent: text, ...properties });
  made.addEventListener("click", act);
  return made;
};

export const byId = (id) => document.getElementById(id);

// A click moves on to new contents; a keyboard must not be left on a button that is gone.
export const focusOn = (id) => byId(id)?.focus({ preventScroll: true });
