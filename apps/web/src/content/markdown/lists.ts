import type { Block, List } from './syntax.js';

export interface Marker {
  /** Number of spaces before it. */
  indent: number;
  /** null: a bullet. */
  number: number | null;
  /** The index at which the item's text starts. */
  end: number;
}

const MARKER = /( *)(?:[-*]|(\d{1,9})\.) +(?=[^\s])/y;
const MAX_DEPTH = 10;

export function readMarker(text: string, line: number): Marker | null {
  MARKER.lastIndex = line;
  const match = MARKER.exec(text);
  if (!match) return null;
  const number = match[2] === undefined ? null : Number(match[2]);
  return { indent: match[1]!.length, number, end: MARKER.lastIndex };
}

interface Level {
  indent: number;
  list: List;
}

/** Nests consecutive items by their indentation. */
export class ListBuilder {
  private readonly levels: Level[] = [];

  get list(): List {
    return this.levels[0]!.list;
  }

  /** Whether an item continues this list: a bullet after numbers, or the other way round, starts a new list. */
  accepts({ indent, number }: Marker): boolean {
    const first = this.levels[0];
    return !first || indent > first.indent || isSameKind(first.list, number);
  }

  add({ indent, number }: Marker, blocks: Block[]): void {
    while (this.levels.length > 1 && indent <= this.levels.at(-2)!.indent) this.levels.pop();
    const level = this.levels.at(-1);
    if (!level) this.levels.push({ indent, list: listOf(number, blocks) });
    else if (indent > level.indent && this.levels.length < MAX_DEPTH)
      this.nest(level, indent, number, blocks);
    else if (isSameKind(level.list, number)) level.list.items.push(blocks);
    else this.replace(level, number, blocks);
  }

  private nest({ list }: Level, indent: number, number: number | null, blocks: Block[]): void {
    const nested = listOf(number, blocks);
    list.items.at(-1)!.push(nested);
    this.levels.push({ indent, list: nested });
  }

  /** Starts another kind of list at the depth of `level`. At the top level there is only one list. */
  private replace(level: Level, number: number | null, blocks: Block[]): void {
    const outer = this.levels.at(-2);
    if (!outer) {
      level.list.items.push(blocks);
      return;
    }
    this.levels.pop();
    this.nest(outer, level.indent, number, blocks);
  }
}

const isSameKind = ({ start }: List, number: number | null): boolean =>
  (start === null) === (number === null);

const listOf = (start: number | null, first: Block[]): List => ({ type: 'list', start, items: [first] });
