// Checks JSON (RFC 8259) as a person types it: says in words what is wrong and where.

const DEEPEST = 100; // lists and objects in each other; Python's source may hold 200
const NUMBER = /-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?/y;
const WORDS = ["true", "false", "null"];
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

// Gives the first thing that is wrong, "" if nothing is.
function problemOfJson(text) {
  let at = 0;

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
    return text.slice(start, at);
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
  }

  function readWord() {
    const word = /^[A-Za-z_]+/.exec(text.slice(at, at + 20))?.[0];
    if (!word) fail(at < text.length ? `${text[at]} is not the start of a value` : "a value is missing");
    if (!WORDS.includes(word)) {
      fail(Object.hasOwn(NOT_JSON, word) ? NOT_JSON[word] : "a text wants double quotes around it");
    }
    at += word.length;
  }

  // One list or object: `readItem` reads what stands between commas.
  function readMany(close, depth, readItem) {
    const start = at;
    if (depth > DEEPEST) fail(`nested too deep, over ${DEEPEST} levels`);
    at += 1;
    skip();
    while (text[at] !== close) {
      if (at >= text.length) fail(`the ${close} for the ${text[start]} of ${place(text, start)} is missing`);
      readItem();
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
    at += 1;
  }

  function readMember(depth, names) {
    if (text[at] !== '"') fail("a name in double quotes is missing");
    const start = at;
    const name = JSON.stringify(JSON.parse(readString()));
    // Servers do not agree on which of two values counts (RFC 8259 section 4).
    if (names.has(name)) fail(`the name ${name} is there already`, start);
    names.add(name);
    const end = at;
    skip();
    if (text[at] !== ":") fail("a colon is missing", end);
    at += 1;
    readValue(depth);
  }

  function readValue(depth) {
    skip();
    const first = text[at];
    if (first === "{") {
      const names = new Set();
      readMany("}", depth + 1, () => readMember(depth + 1, names));
    } else if (first === "[") readMany("]", depth + 1, () => readValue(depth + 1));
    else if (first === '"') readString();
    else if (first === "'" || first === "\u201c") fail('a text wants straight double quotes: "');
    else if (first === "-" || /[0-9]/.test(first ?? "")) readNumber();
    else readWord();
  }

  try {
    readValue(0);
    skip();
    if (at < text.length) fail("something stands after the end");
    return "";
  } catch (stopped) {
    if (stopped.problem) return stopped.problem;
    throw stopped;
  }
}
