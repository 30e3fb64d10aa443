// Making and renewing elements. Texts of the data only ever go in as text, value or attribute.

const byId = (id) => document.getElementById(id);

/**
 * An element with its attributes and children.
 * `text` is its text, `value` and `checked` are properties; null, undefined and false leave an attribute out.
 */
function make(tag, attributes = {}, ...children) {
  return dressed(document.createElement(tag), attributes, children);
}

/** As `make`, for SVG. */
function drawn(tag, attributes = {}, ...children) {
  return dressed(document.createElementNS("http://www.w3.org/2000/svg", tag), attributes, children);
}

function dressed(node, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (name === "text") node.textContent = value;
    else if (name === "value" || name === "checked") node[name] = value;
    if (name === "value" && node.tagName === "INPUT") node.setAttribute(name, value);
    if (!["text", "value", "checked"].includes(name)) node.setAttribute(name, value === true ? "" : String(value));
  }
  node.append(...children.filter((child) => child !== null && child !== undefined));
  return node;
}

/** One of the signs of page.html: a state that can be seen without colour. */
function sign(state) {
  return drawn("svg", { class: "sign", "data-sign": state, "aria-hidden": "true" }, drawn("use", { href: `#sign-${state}` }));
}

/** A button that does a verb of 90-keys.js. */
function verbButton(verb, label, more = {}) {
  const { key, ...attributes } = more;
  return make("button", { type: "button", "data-verb": verb, "data-key": `verb-${verb}`, ...attributes },
    make("span", { text: label }), key ? make("kbd", { text: key, "aria-hidden": "true" }) : null);
}

/**
 * Renews `old` until it is as `fresh`, keeping every element that can stay: focus, a press in progress and loaded
 * pictures survive. Elements are the same when tag and id or data-key agree.
 */
function renew(old, fresh) {
  renewAttributes(old, fresh);
  renewChildren(old, fresh);
  renewProperties(old, fresh);
}

function renewAttributes(old, fresh) {
  for (const { name } of [...old.attributes]) if (!fresh.hasAttribute(name)) old.removeAttribute(name);
  for (const { name, value } of [...fresh.attributes]) if (old.getAttribute(name) !== value) old.setAttribute(name, value);
}

/** The text of a field that is being typed in is left alone. */
function renewProperties(old, fresh) {
  if (old.type === "radio" || old.type === "checkbox") old.checked = fresh.checked;
  else if ("value" in old && old !== document.activeElement && old.value !== fresh.value) old.value = fresh.value;
}

function renewChildren(old, fresh) {
  let at = old.firstChild;
  for (const child of [...fresh.childNodes]) {
    const match = counterpart(at, child);
    if (!match) {
      old.insertBefore(child, at);
      continue;
    }
    while (at !== match) at = removed(at);
    if (match.nodeType === Node.ELEMENT_NODE) renew(match, child);
    else if (match.nodeValue !== child.nodeValue) match.nodeValue = child.nodeValue;
    at = match.nextSibling;
  }
  while (at) at = removed(at);
}

function counterpart(at, child) {
  for (let node = at; node; node = node.nextSibling) if (keyOfNode(node) === keyOfNode(child)) return node;
  return null;
}

function keyOfNode(node) {
  return node.nodeType === Node.ELEMENT_NODE ? `${node.tagName} ${node.getAttribute("data-key") ?? node.id}` : node.nodeName;
}

function removed(node) {
  const next = node.nextSibling;
  node.remove();
  return next;
}

/** Puts `children` in the place of those of `node`, keeping what can stay. */
function fill(node, ...children) {
  const fresh = node.cloneNode(false);
  fresh.append(...children.filter((child) => child !== null && child !== undefined));
  renewChildren(node, fresh);
}
