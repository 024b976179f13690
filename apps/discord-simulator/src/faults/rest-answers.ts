import { applyEdits, type Edits } from './edits.js';
import { Rules, type Rule } from './rules.js';

/** How requests to a route are answered. Without `status`, `body` and `text` the simulator's own answer stands. */
export interface AnswerSpec {
  /** Null for any. `UPGRADE` is the gateway's WebSocket handshake. */
  method: string | null;
  /** Path below `/api/v10`; `*` stands for one part of it, `**` for any number. */
  path: string;
  /** What the query string must contain. */
  query: string;
  status?: number;
  headers: Record<string, string>;
  /** Any JSON. */
  body?: unknown;
  /** Instead of `body`, sent as it is. */
  text?: string;
  /** Changes to the body of the simulator's own answer. */
  edits?: Edits;
  /** Ends the TCP connection without an answer. */
  hangUp: boolean;
  /** How long the request waits before anything is done about it. */
  delayMs: number;
  /** The request waits until it is released. */
  hold: boolean;
}

/** A complete answer in place of the simulator's own. */
export interface RestAnswer {
  status: number;
  headers: Record<string, string>;
  text: string;
}

/** Answers on demand. */
export class RestAnswers {
  private readonly rules = new Rules<AnswerSpec>();
  private readonly held = new Map<string, Set<() => void>>();

  add(spec: AnswerSpec, times: number | null): Rule<AnswerSpec> {
    return this.rules.add(spec, times);
  }

  /** Rules in force, with the number of requests that each holds back. */
  all(): (Rule<AnswerSpec> & { held: number })[] {
    return this.rules.all().map((rule) => ({ ...rule, held: this.held.get(rule.id)?.size ?? 0 }));
  }

  /** Requests that are held back, by all rules or by one, which may have been used up since. */
  heldBy(id?: string): number {
    const sets = id === undefined ? [...this.held.values()] : [this.held.get(id) ?? []];
    return sets.reduce((sum, set) => sum + [...set].length, 0);
  }

  take(method: string, path: string, query: string): Rule<AnswerSpec> | undefined {
    return this.rules.take(
      (rule) =>
        (rule.method ?? method) === method &&
        patternOf(rule.path).test(decoded(path)) &&
        query.includes(rule.query),
    );
  }

  /** Calls `proceed` when a rule lets the request go on. */
  wait({ id, hold, delayMs }: Rule<AnswerSpec>, proceed: () => void): void {
    const afterDelay = delayMs > 0 ? () => void setTimeout(proceed, delayMs) : proceed;
    if (!hold) return afterDelay();
    const waiting = this.held.get(id) ?? new Set();
    this.held.set(id, waiting.add(afterDelay));
  }

  /** Lets the requests go on that are held back, by all rules or by one. @returns how many. */
  release(id?: string): number {
    const ids = id === undefined ? [...this.held.keys()] : [id];
    const released = ids.flatMap((each) => [...(this.held.get(each) ?? [])]);
    for (const each of ids) this.held.delete(each);
    for (const proceed of released) proceed();
    return released.length;
  }

  /** Removes a rule, or all, and lets go on what it holds back. @returns how many rules there were. */
  remove(id?: string): number {
    const removed = this.rules.remove(id);
    this.release(id);
    return removed;
  }
}

/** What replaces the simulator's own answer; null when that stands. */
export function replacementAnswer({ status, headers, body, text }: AnswerSpec): RestAnswer | null {
  if (status === undefined && body === undefined && text === undefined) return null;
  const type = text === undefined ? 'application/json' : 'text/html';
  return {
    status: status ?? 200,
    headers: { 'content-type': type, ...headers },
    text: text ?? (body === undefined ? '' : JSON.stringify(body)),
  };
}

/** The simulator's own answer as a rule wants it. */
export const applyAnswerEdits = ({ edits }: AnswerSpec, body: unknown): unknown =>
  edits ? applyEdits(JSON.parse(JSON.stringify(body)), edits) : body;

function patternOf(path: string): RegExp {
  const parts = path.split(/(\*\*|\*)/).map((part) => {
    if (part === '**') return '.*';
    return part === '*' ? '[^/]+' : part.replace(/[.+?^${}()|[\]\\]/g, '\\$&');
  });
  return new RegExp(`^${parts.join('')}$`);
}

/** Emojis in a pattern are written as they are; in a path they are percent-encoded. */
function decoded(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch (error) {
    if (error instanceof URIError) return path;
    throw error;
  }
}
