// @ts-check
// Checks JSON (RFC 8259) as a person types it: says in words what is wrong and where.

const DEEPEST = 100; // lists and objects in each other; Python's source may hold 200
const NUMBER = /-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?/y;
const ESCAPE = /^\\(["\\/bfnrt]|u[0-9a-fA-F]{4})/;
const WORDS = ["true", "false", "null"];
/** @type {Record<string, string>} */
const NOT_JSON = {
  True: "write true in small letters",
  False: "write false in small letters",
  None: "JSON's word for None is null",
  NaN: "JSON has no NaN",
  Infinity: "JSON has no Infinity",
  undefined: "JSON has no undefined; write null",
};

class JsonProblem extends Error {}

/** @type {(text: string, at: number) => string} */
function lineAndColumn(text, at) {
  const lines = text.slice(0, at).split("\n");
  return `line ${lines.length}, column ${[...(lines.at(-1) ?? "")].length + 1}`;
}

/**
 * Gives the first thing that is wrong, "" if nothing is.
 *
 * @param {string} text
 */
export function problemOfJson(text) {
  try {
    new JsonReader(text).readAll();
    return "";
  } catch (stopped) {
    if (stopped instanceof JsonProblem) return stopped.message;
    throw stopped;
  }
}

/** Goes through a text from its start; throws a JsonProblem at the first that it finds. */
class JsonReader {
  /** @param {string} text */
  constructor(text) {
    this.text = text;
    this.at = 0;
  }

  readAll() {
    this.readValue(0);
    this.skip();
    if (this.at < this.text.length) this.fail("something stands after the end");
  }

  /**
   * @param {string} problem
   * @param {number} where
   * @returns {never}
   */
  fail(problem, where = this.at) {
    throw new JsonProblem(`${lineAndColumn(this.text, where)}: ${problem}`);
  }

  skip() {
    while (this.at < this.text.length && " \t\r\n".includes(this.text[this.at])) {
      this.at += 1;
    }
  }

  /** @param {number} depth */
  readValue(depth) {
    this.skip();
    const first = this.text[this.at];
    if (first === "{") {
      const names = new Set();
      this.readMany("}", depth + 1, () => this.readMember(depth + 1, names));
    } else if (first === "[") {
      this.readMany("]", depth + 1, () => this.readValue(depth + 1));
    } else if (first === '"') this.readString();
    else if (first === "'" || first === "\u201c") {
      this.fail('a text wants straight double quotes: "');
    } else if (first === "-" || /[0-9]/.test(first ?? "")) this.readNumber();
    else this.readWord();
  }

  /**
   * Reads one list or object.
   *
   * @param {string} close the character that ends it
   * @param {number} depth
   * @param {() => void} readItem reads what stands between commas
   */
  readMany(close, depth, readItem) {
    const { text, at: start } = this;
    if (depth > DEEPEST) this.fail(`nested too deep, over ${DEEPEST} levels`);
    this.at += 1;
    this.skip();
    while (text[this.at] !== close) {
      if (this.at >= text.length) {
        const opening = `${text[start]} of ${lineAndColumn(text, start)}`;
        this.fail(`the ${close} for the ${opening} is missing`);
      }
      readItem();
      const end = this.at;
      this.skip();
      if (text[this.at] === ",") {
        const comma = this.at;
        this.at += 1;
        this.skip();
        if (text[this.at] === close) {
          this.fail(`a comma too many before the ${close}`, comma);
        }
      } else if (text[this.at] !== close && this.at < text.length) {
        this.fail("a comma is missing", end);
      }
    }
    this.at += 1;
  }

  /**
   * @param {number} depth
   * @param {Set<string>} names those of the object so far
   */
  readMember(depth, names) {
    if (this.text[this.at] !== '"') this.fail("a name in double quotes is missing");
    const start = this.at;
    const name = JSON.stringify(JSON.parse(this.readString()));
    // Servers do not agree on which of two values counts (RFC 8259 section 4).
    if (names.has(name)) this.fail(`the name ${name} is there already`, start);
    names.add(name);
    const end = this.at;
    this.skip();
    if (this.text[this.at] !== ":") this.fail("a colon is missing", end);
    this.at += 1;
    this.readValue(depth);
  }

  readString() {
    const { text, at: start } = this;
    this.at += 1;
    for (;;) {
      const character = text[this.at];
      if (character === undefined || character === "\n") {
        this.fail("this text has no closing quote", start);
      }
      if (character < " ") {
        this.fail("a control character; write it as \\t or \\u0009");
      }
      if (character === '"') break;
      if (character === "\\" && !ESCAPE.test(text.slice(this.at, this.at + 6))) {
        this.fail(
          'a back slash wants one of " \\ / b f n r t after it, or u and four digits',
        );
      }
      this.at += character === "\\" ? 2 : 1;
    }
    this.at += 1;
    return text.slice(start, this.at);
  }

  readNumber() {
    NUMBER.lastIndex = this.at;
    const found = NUMBER.exec(this.text);
    if (!found) this.fail("after a minus comes a digit");
    const end = this.at + found[0].length;
    const next = this.text[end] ?? "";
    if (/[0-9]/.test(next)) {
      this.fail(
        "a number does not begin with 0; take the 0 away, or put quotes around an identifier",
      );
    }
    if (next === ".") this.fail("after a point comes a digit", end + 1);
    if (/[eE]/.test(next)) this.fail("after e comes a number", end + 1);
    this.at = end;
  }

  readWord() {
    const { text, at } = this;
    const word = /^[A-Za-z_]+/.exec(text.slice(at, at + 20))?.[0];
    if (!word) {
      this.fail(
        at < text.length
          ? `${text[at]} is not the start of a value`
          : "a value is missing",
      );
    }
    if (!WORDS.includes(word)) {
      this.fail(
        Object.hasOwn(NOT_JSON, word)
          ? NOT_JSON[word]
          : "a text wants double quotes around it",
      );
    }
    this.at += word.length;
  }
}
