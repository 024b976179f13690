import { CodeSpans } from './code-spans.js';
import { parseInlines } from './parse-inlines.js';
import { ListBuilder, readMarker } from './lists.js';
import type { Block } from './syntax.js';
import { newSteps, type Steps } from './steps.js';

/**
 * Parses a message's text into a syntax tree, in time linear in its length: see docs/adr/0047.
 * @param steps counts the characters that were examined
 */
export const parseMarkdown = (text: string, steps: Steps = newSteps()): Block[] =>
  new BlockParser(text, 'message', steps).parse();

/** A quote contains no quote; nor does a list item, whose lists are recognised by indentation. */
type Place = 'message' | 'quote' | 'item';

const HEADING = / *(#{1,3}) +(?=[^\s])/y;
const SUBTEXT = / *-# +(?=[^\s])/y;
const QUOTE_REST = / *>>> /y;
const QUOTE_LINE = / *> /y;

class BlockParser {
  private readonly code: CodeSpans;
  private position = 0;

  constructor(
    private readonly text: string,
    private readonly place: Place,
    private readonly steps: Steps,
  ) {
    this.code = new CodeSpans(text, steps);
  }

  parse(): Block[] {
    const blocks: Block[] = [];
    while (this.position < this.text.length)
      blocks.push(this.quote() ?? this.heading() ?? this.subtext() ?? this.list() ?? this.paragraph());
    return blocks;
  }

  private quote(): Block | null {
    if (this.place !== 'message') return null;
    const rest = this.matchEnd(QUOTE_REST, this.position);
    if (rest !== null) {
      this.position = this.text.length;
      return this.quoteOf(this.text.slice(rest));
    }
    const lines: string[] = [];
    for (let start; (start = this.matchEnd(QUOTE_LINE, this.position)) !== null;)
      lines.push(this.takeLine(start));
    return lines.length === 0 ? null : this.quoteOf(lines.join('\n'));
  }

  private quoteOf(text: string): Block {
    return { type: 'quote', children: new BlockParser(text, 'quote', this.steps).parse() };
  }

  private heading(): Block | null {
    const start = this.matchEnd(HEADING, this.position);
    if (start === null) return null;
    const level = this.text.slice(this.position, start).trim().length as 1 | 2 | 3;
    return { type: 'heading', level, children: this.inlines(this.takeLine(start).trimEnd()) };
  }

  private subtext(): Block | null {
    const start = this.matchEnd(SUBTEXT, this.position);
    if (start === null) return null;
    return { type: 'subtext', children: this.inlines(this.takeLine(start).trimEnd()) };
  }

  private list(): Block | null {
    if (this.place === 'item') return null;
    let marker = readMarker(this.text, this.position);
    if (!marker) return null;
    const builder = new ListBuilder();
    for (; marker && builder.accepts(marker); marker = readMarker(this.text, this.position)) {
      const { end, indent } = marker;
      const text = this.takeTo(
        this.endOfText(end, (line) => !this.continuesItem(line, indent)),
        end,
      );
      const blocks = new BlockParser(withoutIndent(text, indent + 2), 'item', this.steps).parse();
      builder.add(marker, blocks);
    }
    return builder.list;
  }

  /** A line that is indented further than the item's marker and is not an item itself. */
  private continuesItem(line: number, indent: number): boolean {
    let at = line;
    while (this.text[at] === ' ') at += 1;
    this.steps.count += at - line;
    const isBlank = at === this.text.length || this.text[at] === '\n';
    return !isBlank && at - line > indent && !readMarker(this.text, line);
  }

  private paragraph(): Block {
    const end = this.endOfText(this.position, (line) => this.startsBlock(line));
    return { type: 'paragraph', children: this.inlines(this.takeTo(end, this.position)) };
  }

  private startsBlock(line: number): boolean {
    const isAt = (pattern: RegExp) => this.matchEnd(pattern, line) !== null;
    if (isAt(HEADING) || isAt(SUBTEXT)) return true;
    if (this.place === 'message' && (isAt(QUOTE_LINE) || isAt(QUOTE_REST))) return true;
    return this.place !== 'item' && readMarker(this.text, line) !== null;
  }

  /** The first line break, outside of code, after which `isOther` says that the text does not continue; or the end. */
  private endOfText(from: number, isOther: (line: number) => boolean): number {
    let at = from;
    while (at < this.text.length) {
      const character = this.text[at];
      this.steps.count += 1;
      if (character === '\n' && isOther(at + 1)) return at;
      if (character === '`') at = this.code.at(at).end;
      else at += character === '\\' && this.text[at + 1] !== '\n' ? 2 : 1;
    }
    return this.text.length;
  }

  private takeLine(start: number): string {
    const end = this.text.indexOf('\n', start);
    return this.takeTo(end === -1 ? this.text.length : end, start);
  }

  /** Returns the text up to `end` and skips the line break there. */
  private takeTo(end: number, start: number): string {
    this.steps.count += end - start;
    this.position = end + 1;
    return this.text.slice(start, end);
  }

  private matchEnd(pattern: RegExp, at: number): number | null {
    pattern.lastIndex = at;
    const isMatch = pattern.test(this.text);
    this.steps.count += isMatch ? pattern.lastIndex - at : 1;
    return isMatch ? pattern.lastIndex : null;
  }

  private readonly inlines = (text: string) => parseInlines(text, this.steps);
}

const withoutIndent = (text: string, spaces: number): string =>
  text.replaceAll(new RegExp(`\\n {1,${spaces}}`, 'g'), '\n');
