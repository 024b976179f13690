import { isUtf8 } from 'node:buffer';
import { duplicateKeyIn } from './duplicate-key.js';
import { ImportFileError } from './import-file-error.js';

/** A message of Discord with all its embeds and reactions is far smaller. */
const MAX_MESSAGE_BYTES = 16 * 1_024 * 1_024;
const MAX_FIELD_BYTES = 1_024 * 1_024;
const MAX_DEPTH = 32;
const MESSAGES = 'messages';

/** A field of the export besides its messages, or a message; `at` and `end`: its bytes in the file. */
export type ExportPart = { field: string; value: unknown } | { message: unknown; at: number; end: number };

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;
const COLON = 0x3a;
const COMMA = 0x2c;

const isSpace = (byte: number): boolean => byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;

/** The next token outside of a value. */
type Expected =
  | 'object'
  | 'key or end'
  | 'key'
  | 'colon'
  | 'value'
  | 'comma'
  | 'element or end'
  | 'element'
  | 'element comma'
  | 'nothing';

const IN_WORDS: Record<Expected, string> = {
  object: '{',
  'key or end': 'a name or }',
  key: 'a name',
  colon: ':',
  value: 'a value',
  comma: ', or }',
  'element or end': 'a message or ]',
  element: 'a message',
  'element comma': ', or ]',
  nothing: 'the end of the file',
};

/**
 * Divides the JSON of an export into its fields and messages, chunk by chunk: memory is bounded by the size of one message. Only the
 * boundaries are found here; `JSON.parse` checks what is inside. A streaming JSON parser that emits every value is several times
 * slower (ADR 54).
 */
export class ExportScanner {
  private expected: Expected;
  /** Bytes that are not consumed yet: those of an unfinished value. */
  private pending: Buffer = Buffer.alloc(0);
  /** Index in `pending` up to which an unfinished value was scanned. */
  private scanned = 0;
  private depth = 0;
  private inString = false;
  private colons = 0;
  private field = '';

  /**
   * @param offset bytes of the file before the first chunk
   * @param afterMessage whether the first chunk begins after a message; default: at the beginning of the file
   */
  constructor(
    private offset = 0,
    afterMessage = false,
  ) {
    this.expected = afterMessage ? 'element comma' : 'object';
  }

  /** The parts that end in this chunk. @throws ImportFileError */
  *scan(chunk: Buffer): Generator<ExportPart> {
    this.pending = this.pending.length === 0 ? chunk : Buffer.concat([this.pending, chunk]);
    let at = 0;
    while (at < this.pending.length) {
      const byte = this.pending[at]!;
      if (this.scanned === 0 && isSpace(byte)) {
        at += 1;
      } else if (this.isValueNext(byte)) {
        const end = this.endOfValue(at);
        if (end === undefined) break;
        const part = this.finishValue(at, end);
        at = end;
        if (part) yield part;
      } else {
        this.takePunctuation(byte, at);
        at += 1;
      }
    }
    this.pending = this.pending.subarray(at);
    this.scanned = Math.max(0, this.scanned - at);
    this.offset += at;
  }

  /** @throws ImportFileError when the file ends early */
  end(): void {
    if (this.expected === 'nothing') return;
    const inside =
      this.scanned > 0 ? 'in the middle of a value' : `where ${IN_WORDS[this.expected]} is expected`;
    throw new ImportFileError(`the file is truncated: it ends ${inside}`, this.offset + this.pending.length);
  }

  private isValueNext(byte: number): boolean {
    switch (this.expected) {
      case 'key or end':
        return byte === QUOTE;
      case 'element or end':
        return byte !== CLOSE_BRACKET;
      case 'value':
        return this.field !== MESSAGES;
      case 'key':
      case 'element':
        return true;
      default:
        return false;
    }
  }

  private takePunctuation(byte: number, at: number): void {
    const next = NEXT[this.expected]?.[byte];
    if (next === undefined) throw this.unexpected(at);
    this.expected = next;
  }

  /** Index after the value that begins at `at`; undefined: it is unfinished. */
  private endOfValue(at: number): number | undefined {
    const { pending } = this;
    const first = pending[at]!;
    if (first !== QUOTE && first !== OPEN_BRACE && first !== OPEN_BRACKET) return this.endOfWord(at);
    const limit = this.isElement ? MAX_MESSAGE_BYTES : MAX_FIELD_BYTES;
    let { inString, depth, colons } = this;
    let i = Math.max(at, this.scanned);
    for (; i < pending.length; i++) {
      const byte = pending[i]!;
      if (inString) {
        if (byte === BACKSLASH) i += 1;
        else if (byte === QUOTE) inString = false;
        else continue;
      } else if (byte === QUOTE) {
        inString = true;
        continue;
      } else if (byte === OPEN_BRACE || byte === OPEN_BRACKET) {
        depth += 1;
        if (depth > MAX_DEPTH)
          throw new ImportFileError(`nested deeper than ${MAX_DEPTH} levels`, this.offset + i);
      } else if (byte === CLOSE_BRACE || byte === CLOSE_BRACKET) {
        depth -= 1;
      } else if (byte === COLON) {
        colons += 1;
      }
      if (depth === 0 && !inString && i < pending.length) {
        this.colons = colons;
        return i + 1;
      }
    }
    Object.assign(this, { inString, depth, colons });
    // A backslash at the end of the chunk escapes the first byte of the next one.
    this.scanned = i;
    if (pending.length - at > limit)
      throw new ImportFileError(`larger than ${limit} bytes`, this.offset + at);
    return undefined;
  }

  /** Numbers, true, false and null: they end before the next punctuation. */
  private endOfWord(at: number): number | undefined {
    for (let i = at; i < this.pending.length; i++) {
      const byte = this.pending[i]!;
      if (byte === COMMA || byte === CLOSE_BRACE || byte === CLOSE_BRACKET || isSpace(byte)) {
        if (i === at) throw this.unexpected(at);
        return i;
      }
    }
    if (this.pending.length - at > MAX_FIELD_BYTES) throw this.unexpected(at);
    return undefined;
  }

  private get isElement(): boolean {
    return this.expected === 'element' || this.expected === 'element or end';
  }

  private finishValue(at: number, end: number): ExportPart | undefined {
    const value = this.parse(at, end);
    Object.assign(this, { scanned: 0, depth: 0, inString: false, colons: 0 });
    if (this.isElement) {
      this.expected = 'element comma';
      return { message: value, at: this.offset + at, end: this.offset + end };
    }
    if (this.expected === 'value') {
      this.expected = 'comma';
      return { field: this.field, value };
    }
    if (typeof value !== 'string') throw this.unexpected(at);
    this.field = value;
    this.expected = 'colon';
    return undefined;
  }

  private parse(at: number, end: number): unknown {
    const bytes = this.pending.subarray(at, end);
    if (!isUtf8(bytes))
      throw new ImportFileError('contains bytes that are not UTF-8', this.offset + at + invalidAt(bytes));
    const text = bytes.toString('utf8');
    let value: unknown;
    try {
      value = JSON.parse(text);
    } catch (cause) {
      throw new ImportFileError('is not valid JSON', this.offset + at + positionIn(text, cause as Error));
    }
    if (this.colons > 0 && keysIn(value) !== this.colons) {
      const duplicate = duplicateKeyIn(text);
      throw new ImportFileError(`the name "${duplicate}" occurs twice in one object`, this.offset + at);
    }
    return value;
  }

  private unexpected(at: number): ImportFileError {
    const found = String.fromCharCode(this.pending[at]!);
    const expected = this.expected === 'value' ? 'a list of messages' : IN_WORDS[this.expected];
    return new ImportFileError(
      `is not valid JSON: ${JSON.stringify(found)} where ${expected} is expected`,
      this.offset + at,
    );
  }
}

/** State after a byte of punctuation. */
const NEXT: Partial<Record<Expected, Partial<Record<number, Expected>>>> = {
  object: { [OPEN_BRACE]: 'key or end' },
  'key or end': { [CLOSE_BRACE]: 'nothing' },
  colon: { [COLON]: 'value' },
  value: { [OPEN_BRACKET]: 'element or end' },
  comma: { [COMMA]: 'key', [CLOSE_BRACE]: 'nothing' },
  'element or end': { [CLOSE_BRACKET]: 'comma' },
  'element comma': { [COMMA]: 'element', [CLOSE_BRACKET]: 'comma' },
};

/** Number of names in a value, at all depths. If it is smaller than the number of colons, a name occurs twice. */
function keysIn(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0;
  let count = 0;
  if (Array.isArray(value)) {
    for (const each of value) count += keysIn(each);
    return count;
  }
  for (const key of Object.keys(value)) count += 1 + keysIn((value as Record<string, unknown>)[key]);
  return count;
}

/** The byte of a syntax error, as far as the error names its place. */
function positionIn(text: string, { message }: Error): number {
  const position = /at position (\d+)/.exec(message)?.[1];
  return position === undefined ? 0 : Buffer.byteLength(text.slice(0, Number(position)));
}

/** The first byte that is not UTF-8. */
function invalidAt(bytes: Buffer): number {
  let valid = 0;
  for (let step = bytes.length; step > 0; step = Math.floor(step / 2))
    while (valid + step <= bytes.length && isUtf8(withoutPartOfCharacter(bytes.subarray(0, valid + step))))
      valid += step;
  return valid;
}

/** Without an unfinished character at the end. */
function withoutPartOfCharacter(bytes: Buffer): Buffer {
  let end = bytes.length;
  while (end > 0 && bytes.length - end < 3 && (bytes[end - 1]! & 0xc0) === 0x80) end -= 1;
  const isStart = end > 0 && bytes[end - 1]! >= 0xc2 && bytes[end - 1]! <= 0xf4;
  return isStart ? bytes.subarray(0, end - 1) : bytes;
}
