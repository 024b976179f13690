import { CodeSpans, runLength } from './code-spans.js';
import { type DelimiterKind, type Format, OpenDelimiters, WRAPPERS } from './delimiters.js';
import { readAddress, readBracketedAddress, readTarget, schemeLength } from './read-address.js';
import { readEveryone, readToken, type Token } from './read-token.js';
import type { Inline } from './syntax.js';
import { newSteps, type Steps } from './steps.js';

/**
 * Parses the formats within a paragraph in one pass from left to right: a possible opening delimiter is emitted as text, and
 * when its partner comes, everything after it becomes its content. Every node is moved at most once for each format around it,
 * and their number is bounded, so the time is linear.
 */
export function parseInlines(text: string, steps: Steps = newSteps()): Inline[] {
  return new InlineParser(text, steps).parse();
}

const SPECIAL = /[\\`*_~|[\]<@¯]|\bhttps?:\/\//gi;
const SHRUG = '¯\\_(ツ)_/¯';
const ESCAPED = /[^0-9A-Za-z\s]/uy;
const SPACE = /\s/;
const WORD = /[0-9A-Za-z_]/;

class InlineParser {
  private readonly out: Inline[] = [];
  private readonly open = new OpenDelimiters();
  private readonly code: CodeSpans;
  private position = 0;
  /** Start of the text that has not been emitted yet. */
  private textStart = 0;
  /** The last bare address in the output: a label that contains one is not a label. */
  private lastAddress = -1;

  constructor(
    private readonly text: string,
    private readonly steps: Steps,
  ) {
    this.code = new CodeSpans(text, steps);
  }

  parse(): Inline[] {
    while (this.toNextSpecial()) this.special();
    this.flushTo(this.text.length);
    return joinTexts(this.out);
  }

  private toNextSpecial(): boolean {
    SPECIAL.lastIndex = this.position;
    const match = SPECIAL.exec(this.text);
    const next = match?.index ?? this.text.length;
    this.steps.count += next - this.position + 1;
    this.position = next;
    return match !== null;
  }

  /** Handles the character at the position, and moves past it. */
  private special(): void {
    const character = this.text[this.position]!;
    switch (character) {
      case '\\':
        return this.escape();
      case '`':
        return this.codeSpan();
      case '*':
      case '_':
        return this.nestingRun(character);
      case '~':
      case '|':
        return this.pairRun(character);
      case '[':
        return this.openDelimiter('[');
      case ']':
        return this.closeLabel();
      case '<':
        return this.angle();
      case '@':
        return this.token(readEveryone(this.text, this.position));
      case '¯':
        return this.token(this.shrug());
      default:
        return this.address();
    }
  }

  private escape(): void {
    ESCAPED.lastIndex = this.position + 1;
    if (!ESCAPED.test(this.text)) {
      this.position += 1;
      return;
    }
    this.flushTo(this.position);
    this.textStart = this.position + 1;
    this.position = ESCAPED.lastIndex;
  }

  private codeSpan(): void {
    const { node, end } = this.code.at(this.position);
    if (!node) {
      this.position = end;
      return;
    }
    this.put(node, end);
    if (node.type === 'codeBlock' && this.text[end] === '\n') this.textStart = this.position = end + 1;
  }

  private shrug(): Token | null {
    const end = this.position + SHRUG.length;
    return this.text.startsWith(SHRUG, this.position) ? { node: { type: 'text', value: SHRUG }, end } : null;
  }

  private angle(): void {
    const address = readBracketedAddress(this.text, this.position, this.steps);
    if (!address) return this.token(readToken(this.text, this.position));
    this.putAddress(address.href, address.text, address.end);
  }

  private address(): void {
    const closers = (['**', '~~', '||'] as const).filter((kind) => this.open.isOpen(kind));
    const { href, text, end } = readAddress(this.text, this.position, closers, this.steps);
    if (href !== null) return this.putAddress(href, text, end);
    this.position = Math.max(end, this.position + schemeLength(this.text, this.position), this.position + 1);
  }

  private putAddress(href: string, text: string, end: number): void {
    this.put({ type: 'link', href, title: null, children: [{ type: 'text', value: text }] }, end);
    this.lastAddress = this.out.length - 1;
  }

  private token(token: Token | null): void {
    this.steps.count += token ? token.end - this.position : 1;
    if (token) this.put(token.node, token.end);
    else this.position += 1;
  }

  /** `*` and `_`: one is emphasis, two are strong or underlined, three are both. */
  private nestingRun(character: '*' | '_'): void {
    const double = `${character}${character}` as '**' | '__';
    let left = runLength(this.text, this.position);
    const end = this.position + left;
    const singleCloses = this.closesEmphasis(character, end);
    for (let kind; (kind = this.closable(character, left, singleCloses)) !== undefined; left -= kind.length)
      this.closeDelimiter(kind);
    for (; left >= 2; left -= 2) this.openDelimiter(double);
    if (left === 1 && this.opensEmphasis(character, end)) this.openDelimiter(character);
    this.position = end;
  }

  /** The format that the next of `left` delimiters closes. Two of them close no emphasis. */
  private closable(character: '*' | '_', left: number, singleCloses: boolean): Format | undefined {
    const double = `${character}${character}` as '**' | '__';
    if (left === 0) return undefined;
    if (left === 1) return singleCloses && this.open.isOpen(character) ? character : undefined;
    if (left > 2 && singleCloses && this.open.latest(character, double) === character) return character;
    return this.open.isOpen(double) ? double : undefined;
  }

  private closesEmphasis(character: '*' | '_', end: number): boolean {
    if (character === '_') return !WORD.test(this.text[end] ?? '');
    return !SPACE.test(this.text[this.position - 1] ?? ' ');
  }

  private opensEmphasis(character: '*' | '_', end: number): boolean {
    return character === '_' || !SPACE.test(this.text[end] ?? ' ');
  }

  private pairRun(character: '~' | '|'): void {
    const kind = `${character}${character}` as '~~' | '||';
    const end = this.position + runLength(this.text, this.position);
    if (end - this.position >= 2) {
      if (this.open.isOpen(kind)) this.closeDelimiter(kind);
      else {
        this.position = end - 2;
        this.openDelimiter(kind);
      }
    }
    this.position = end;
  }

  private openDelimiter(kind: DelimiterKind): void {
    this.put({ type: 'text', value: kind }, this.position + kind.length);
    this.open.open(kind, this.out.length - 1);
  }

  private closeDelimiter(kind: Format): void {
    this.flushTo(this.position);
    const index = this.open.close(kind);
    const type = WRAPPERS[kind];
    this.wrap(index, (children) => ({ type, children }));
    this.textStart = this.position += kind.length;
  }

  private closeLabel(): void {
    const index = this.open.indexOf('[');
    const start = this.position + 1;
    const target = this.text[start] === '(' ? readTarget(this.text, start + 1, this.steps) : null;
    if (index === undefined || !target || !this.isLabel(index)) {
      if (index !== undefined) this.open.drop('[');
      this.position += 1;
      return;
    }
    this.flushTo(this.position);
    this.open.close('[');
    // A link cannot contain a link.
    this.open.dropAll('[');
    const { href, title } = target;
    this.wrap(index, (children) => ({ type: 'link', href, title, children }));
    this.textStart = this.position = target.end;
  }

  /** Whether the text after the opening bracket can be a label: it is not blank and contains no address. */
  private isLabel(index: number): boolean {
    if (this.lastAddress > index) return false;
    if (this.text.slice(this.textStart, this.position).trim() !== '') return true;
    this.steps.count += this.position - this.textStart;
    return this.out.slice(index + 1).some((node) => node.type !== 'text' || node.value.trim() !== '');
  }

  private wrap(index: number, nodeOf: (children: Inline[]) => Inline): void {
    const children = this.out.splice(index + 1);
    this.steps.count += children.length;
    this.out[index] = nodeOf(joinTexts(children));
    this.lastAddress = Math.min(this.lastAddress, index);
  }

  private put(node: Inline, end: number): void {
    this.flushTo(this.position);
    this.out.push(node);
    this.textStart = this.position = end;
  }

  private flushTo(end: number): void {
    if (end > this.textStart) this.out.push({ type: 'text', value: this.text.slice(this.textStart, end) });
    this.textStart = end;
  }
}

/** Merges adjacent texts. */
function joinTexts(nodes: readonly Inline[]): Inline[] {
  const joined: Inline[] = [];
  for (const node of nodes) {
    const last = joined.at(-1);
    if (node.type === 'text' && last?.type === 'text') joined[joined.length - 1] = mergeTexts(last, node);
    else joined.push(node);
  }
  return joined;
}

const mergeTexts = (one: { value: string }, other: { value: string }): Inline => ({
  type: 'text',
  value: one.value + other.value,
});
