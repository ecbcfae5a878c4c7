// Reads JSON (RFC 8259) as a person types it: says in words what is wrong and where, or
// writes the value as Python, each number digit by digit (no float is made of it).

const MOST_DIGITS = 4300; // of a whole number in Python's source
const DEEPEST = 100; // lists and objects in each other; Python's source may hold 200
const NUMBER = /-?(?:0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?/y;
const WORDS = { true: "True", false: "False", null: "None" };
const NOT_JSON = {
  True: "write true in small letters",
  False: "write false in small letters",
  None: "JSON's word for None is null",
  NaN: "JSON has no NaN",
  Infinity: "JSON has no Infinity",
  undefined: "JSON has no undefined; write null",
};

function place(text, at) {
  const lines = text.slice(0, at).split("\n");
  return `line ${lines.length}, column ${[...lines.at(-1)].length + 1}`;
}

// Gives { problem }, or { python, decimals }: `decimals` says that Decimal is used.
function readJson(text) {
  let at = 0;
  let decimals = false;

  function fail(problem, where = at) {
    throw { problem: `${place(text, where)}: ${problem}` };
  }

  function skip() {
    while (at < text.length && " \t\r\n".includes(text[at])) at += 1;
  }

  function readString() {
    const start = at;
    at += 1;
    for (;;) {
      const character = text[at];
      if (character === undefined || character === "\n") {
        fail("this text has no closing quote", start);
      }
      if (character < " ") fail("a control character; write it as \\t or \\u0009");
      if (character === '"') break;
      if (character === "\\" && !/^\\(["\\/bfnrt]|u[0-9a-fA-F]{4})/.test(text.slice(at, at + 6))) {
        fail('a back slash wants one of " \\ / b f n r t after it, or u and four digits');
      }
      at += character === "\\" ? 2 : 1;
    }
    at += 1;
    return JSON.stringify(JSON.parse(text.slice(start, at)));
  }

  function readNumber() {
    NUMBER.lastIndex = at;
    const found = NUMBER.exec(text);
    if (!found) fail("after a minus comes a digit");
    const end = at + found[0].length;
    if (/[0-9]/.test(text[end] ?? "")) fail("a number does not begin with 0; take the 0 away, or put quotes around an identifier");
    if (text[end] === ".") fail("after a point comes a digit", end + 1);
    if (/[eE]/.test(text[end] ?? "")) fail("after e comes a number", end + 1);
    at = end;
    if (!found[1] && !found[2] && found[0].length <= MOST_DIGITS) return found[0];
    decimals = true;
    return `Decimal("${found[0]}")`;
  }

  function readWord() {
    const word = /^[A-Za-z_]+/.exec(text.slice(at, at + 20))?.[0];
    if (!word) fail(at < text.length ? `${text[at]} is not the start of a value` : "a value is missing");
    if (!Object.hasOwn(WORDS, word)) {
      fail(Object.hasOwn(NOT_JSON, word) ? NOT_JSON[word] : "a text wants double quotes around it");
    }
    at += word.length;
    return WORDS[word];
  }

  // One list or object: `readItem` reads what stands between commas.
  function readMany(close, indent, readItem) {
    const start = at;
    const items = [];
    if (indent.length > 4 * DEEPEST) fail(`nested too deep, over ${DEEPEST} levels`);
    at += 1;
    skip();
    while (text[at] !== close) {
      if (at >= text.length) fail(`the ${close} for the ${text[start]} of ${place(text, start)} is missing`);
      items.push(readItem());
      const end = at;
      skip();
      if (text[at] === ",") {
        const comma = at;
        at += 1;
        skip();
        if (text[at] === close) fail(`a comma too many before the ${close}`, comma);
      } else if (text[at] !== close && at < text.length) {
        fail("a comma is missing", end);
      }
    }
    const open = text[start];
    at += 1;
    const inside = items.map((item) => `${indent}    ${item},\n`).join("");
    return items.length ? `${open}\n${inside}${indent}${close}` : open + close;
  }

  function readMember(indent, names) {
    if (text[at] !== '"') fail("a name in double quotes is missing");
    const start = at;
    const name = readString();
    // Servers do not agree on which of two values counts (RFC 8259 section 4).
    if (names.has(name)) fail(`the name ${name} is there already`, start);
    names.add(name);
    const end = at;
    skip();
    if (text[at] !== ":") fail("a colon is missing", end);
    at += 1;
    return `${name}: ${readValue(indent)}`;
  }

  function readValue(indent) {
    skip();
    const first = text[at];
    const deeper = `${indent}    `;
    if (first === "{") {
      const names = new Set();
      return readMany("}", indent, () => readMember(deeper, names));
    }
    if (first === "[") return readMany("]", indent, () => readValue(deeper));
    if (first === '"') return readString();
    if (first === "'" || first === "\u201c") fail('a text wants straight double quotes: "');
    if (first === "-" || /[0-9]/.test(first ?? "")) return readNumber();
    return readWord();
  }

  try {
    const python = readValue("    ");
    skip();
    if (at < text.length) fail("something stands after the end");
    return { python, decimals };
  } catch (stopped) {
    if (stopped.problem) return { problem: stopped.problem };
    throw stopped;
  }
}
