// Turns one line of terminal output into safe nodes: SGR colours kept, other control codes dropped.
const ESCAPE = /\x1b\[([0-9;]*)m|\x1b\[[0-?]*[ -/]*[@-~]|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)?|\x1b[@-_]?|[\x00-\x08\x0b-\x1a\x1c-\x1f\x7f]/g;

// A carriage return overwrites the line: what a terminal would show is what is after the last one.
export function afterCarriageReturns(line) {
  const trimmed = line.replace(/\r+$/, "");
  const at = trimmed.lastIndexOf("\r");
  return at < 0 ? trimmed : trimmed.slice(at + 1);
}

export function plain(line) {
  return line.replace(ESCAPE, "");
}

export function nodes(line) {
  const fragment = document.createDocumentFragment();
  let classes = new Set();
  let last = 0;
  const add = (text) => {
    if (!text) return;
    if (!classes.size) { fragment.append(text); return; }
    const span = document.createElement("span");
    span.className = [...classes].join(" ");
    span.textContent = text;
    fragment.append(span);
  };
  for (const match of line.matchAll(ESCAPE)) {
    add(line.slice(last, match.index));
    last = match.index + match[0].length;
    if (match[1] !== undefined) classes = apply(classes, match[1]);
  }
  add(line.slice(last));
  return fragment;
}

function apply(classes, codes) {
  const next = new Set(classes);
  for (const code of (codes || "0").split(";").map(Number)) {
    if (code === 0) next.clear();
    else if (code >= 1 && code <= 4) next.add(`a${code}`);
    else if ((code >= 30 && code <= 37) || (code >= 90 && code <= 97)) {
      for (const name of next) if (name.startsWith("f")) next.delete(name);
      next.add(`f${code}`);
    } else if (code === 39) for (const name of next) if (name.startsWith("f")) next.delete(name);
  }
  return next;
}
