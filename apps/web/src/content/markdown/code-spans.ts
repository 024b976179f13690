import type { Inline } from './syntax.js';
import type { Steps } from './steps.js';

export interface CodeSpan {
  node: Extract<Inline, { type: 'code' | 'codeBlock' }>;
  /** The index after the span. */
  end: number;
}

const FENCE = '```';
const LANGUAGE = /([a-z0-9_+\-.#]{1,32})\n/iy;

/**
 * Finds code spans and code blocks in a text. Call it with increasing positions: each kind of closing run is then scanned once,
 * so that all calls together take linear time.
 */
export class CodeSpans {
  private runs: Map<number, RunsOfLength> | undefined;
  private noFenceFrom = Infinity;

  constructor(
    private readonly text: string,
    private readonly steps: Steps,
  ) {}

  /** The span that the backticks at `start` open, or the number of backticks there, which are text. */
  at(start: number): CodeSpan | { end: number; node: null } {
    // A fence is recognised by its first three backticks: counting the rest at each of many fences would not be linear.
    const isFence = this.text.startsWith(FENCE, start);
    const span = isFence ? this.block(start) : this.inline(start, runLength(this.text, start));
    if (span) return span;
    const end = start + runLength(this.text, start);
    this.steps.count += end - start;
    return { end, node: null };
  }

  private block(start: number): CodeSpan | null {
    const { text } = this;
    LANGUAGE.lastIndex = start + FENCE.length;
    const language = LANGUAGE.exec(text)?.[1] ?? null;
    const bodyStart = language === null ? start + FENCE.length : LANGUAGE.lastIndex;
    let first = bodyStart;
    while (text[first] === '\n') first += 1;
    const close = this.fenceFrom(first + 1);
    this.steps.count += (close === -1 ? first : close) - start;
    if (close === -1) return null;
    const value = text.slice(first, close).replace(/\n+$/, '');
    return { node: { type: 'codeBlock', language, value }, end: close + FENCE.length };
  }

  private fenceFrom(from: number): number {
    if (from >= this.noFenceFrom) return -1;
    const at = this.text.indexOf(FENCE, from);
    if (at !== -1) return at;
    this.steps.count += this.text.length - from;
    this.noFenceFrom = from;
    return -1;
  }

  private inline(start: number, length: number): CodeSpan | null {
    const close = this.nextRun(length, start + length);
    if (close === undefined) return null;
    this.steps.count += close - start;
    const value = withoutPadding(this.text.slice(start + length, close));
    return { node: { type: 'code', value }, end: close + length };
  }

  private nextRun(length: number, from: number): number | undefined {
    this.runs ??= this.collectRuns();
    const runs = this.runs.get(length);
    if (!runs) return undefined;
    while ((runs.starts[runs.next] ?? Infinity) < from) {
      runs.next += 1;
      this.steps.count += 1;
    }
    return runs.starts[runs.next];
  }

  private collectRuns(): Map<number, RunsOfLength> {
    const byLength = new Map<number, RunsOfLength>();
    for (const { 0: run, index } of this.text.matchAll(/`+/g)) {
      const runs = byLength.get(run.length) ?? { starts: [], next: 0 };
      runs.starts.push(index);
      byLength.set(run.length, runs);
    }
    this.steps.count += this.text.length;
    return byLength;
  }
}

/** Positions of runs of one length, and the first that has not been passed. */
interface RunsOfLength {
  starts: number[];
  next: number;
}

export function runLength(text: string, start: number): number {
  const character = text[start];
  let end = start + 1;
  while (text[end] === character) end += 1;
  return end - start;
}

/** A space separates a backtick at the edge of the code from the surrounding ones. */
function withoutPadding(code: string): string {
  const start = code.startsWith(' `') ? 1 : 0;
  const end = code.endsWith('` ') ? code.length - 1 : code.length;
  return code.slice(start, end);
}
