import type { WrapperType } from './syntax.js';

/** The delimiters of formats. */
export type Format = '**' | '*' | '__' | '_' | '~~' | '||';

/** `[` opens the label of a link. */
export type DelimiterKind = Format | '[';

export const WRAPPERS: Readonly<Record<Format, WrapperType>> = {
  '**': 'strong',
  '*': 'emphasis',
  __: 'underline',
  _: 'emphasis',
  '~~': 'strike',
  '||': 'spoiler',
};

/** Limits the number of open delimiters of each kind, and so the depth of the tree. */
const MAX_OPEN: Readonly<Record<DelimiterKind, number>> = {
  '**': 2,
  '*': 1,
  __: 2,
  _: 1,
  '~~': 1,
  '||': 1,
  '[': 8,
};

interface Opener {
  kind: DelimiterKind;
  /** Its position in the output, where it is text until it is closed. */
  index: number;
}

/** Delimiters that wait for their partner. Each is added once and removed once. */
export class OpenDelimiters {
  private openers: Opener[] = [];

  /** Above its limit a kind loses its oldest opener, which stays text. */
  open(kind: DelimiterKind, index: number): void {
    if (this.count(kind) >= MAX_OPEN[kind]) this.openers.splice(this.firstOf(kind), 1);
    this.openers.push({ kind, index });
  }

  isOpen(kind: DelimiterKind): boolean {
    return this.openers.some((opener) => opener.kind === kind);
  }

  /** Returns the delimiter that was opened later. */
  latest(one: Format, other: Format): DelimiterKind | undefined {
    return this.openers.findLast(({ kind }) => kind === one || kind === other)?.kind;
  }

  /** Closes the latest opener of the kind and returns its position; later openers become text. */
  close(kind: DelimiterKind): number {
    const at = this.openers.findLastIndex((opener) => opener.kind === kind);
    const { index } = this.openers[at]!;
    this.openers.length = at;
    return index;
  }

  /** As {@link close} for one opener only: later openers stay open. */
  drop(kind: DelimiterKind): void {
    const at = this.openers.findLastIndex((opener) => opener.kind === kind);
    this.openers.splice(at, 1);
  }

  indexOf(kind: DelimiterKind): number | undefined {
    return this.openers.findLast((opener) => opener.kind === kind)?.index;
  }

  dropAll(kind: DelimiterKind): void {
    this.openers = this.openers.filter((opener) => opener.kind !== kind);
  }

  private count(kind: DelimiterKind): number {
    return this.openers.filter((opener) => opener.kind === kind).length;
  }

  private firstOf(kind: DelimiterKind): number {
    return this.openers.findIndex((opener) => opener.kind === kind);
  }
}
