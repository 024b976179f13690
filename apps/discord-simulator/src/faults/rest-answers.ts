import { applyEdits, type Edits } from './edits.js';
import { Rules, type Rule } from './rules.js';

/** How requests to a route are answered. Without `status`, `body` and `text` the simulator sends its own response. */
export interface AnswerSpec {
  /** Null for any. `UPGRADE` is the gateway's WebSocket handshake. */
  method: string | null;
  /** Path below `/api/v10`; `*` matches one segment, `**` any number of them. */
  path: string;
  /** Text that the query string must contain. */
  query: string;
  status?: number;
  headers: Record<string, string>;
  /** Any JSON. */
  body?: unknown;
  /** Sent unchanged, instead of `body`. */
  text?: string;
  /** Changes to the body of the simulator's own response. */
  edits?: Edits;
  /** Closes the TCP connection without a response. */
  hangUp: boolean;
  /** How long the request waits before it is processed. */
  delayMs: number;
  /** The request waits until it is released. */
  hold: boolean;
}

/** A complete response instead of the simulator's own. */
export interface RestAnswer {
  status: number;
  headers: Record<string, string>;
  text: string;
}

/** Responses on demand. */
export class RestAnswers {
  private readonly rules = new Rules<AnswerSpec>();
  private readonly held = new Map<string, Set<() => void>>();

  add(spec: AnswerSpec, times: number | null): Rule<AnswerSpec> {
    return this.rules.add(spec, times);
  }

  /** Active rules, with the number of requests that each one delays. */
  all(): (Rule<AnswerSpec> & { held: number })[] {
    return this.rules.all().map((rule) => ({ ...rule, held: this.held.get(rule.id)?.size ?? 0 }));
  }

  /** Number of delayed requests, of all rules or of one; that rule may be used up already. */
  heldBy(id?: string): number {
    const sets = id === undefined ? [...this.held.values()] : [this.held.get(id) ?? []];
    return sets.reduce((sum, set) => sum + [...set].length, 0);
  }

  match(method: string, path: string, query: string): Rule<AnswerSpec> | undefined {
    return this.rules.match(
      (rule) =>
        (rule.method ?? method) === method &&
        patternOf(rule.path).test(decoded(path)) &&
        query.includes(rule.query),
    );
  }

  /** Calls `proceed` when a rule lets the request continue. */
  wait({ id, hold, delayMs }: Rule<AnswerSpec>, proceed: () => void): void {
    const afterDelay = delayMs > 0 ? () => void setTimeout(proceed, delayMs) : proceed;
    if (!hold) return afterDelay();
    const waiting = this.held.get(id) ?? new Set();
    this.held.set(id, waiting.add(afterDelay));
  }

  /** Releases the held requests, of all rules or of one. @returns how many. */
  release(id?: string): number {
    const ids = id === undefined ? [...this.held.keys()] : [id];
    const released = ids.flatMap((each) => [...(this.held.get(each) ?? [])]);
    for (const each of ids) this.held.delete(each);
    for (const proceed of released) proceed();
    return released.length;
  }

  /** Removes a rule, or all, and releases its requests. @returns how many rules there were. */
  remove(id?: string): number {
    const removed = this.rules.remove(id);
    this.release(id);
    return removed;
  }
}

/** The replacement of the simulator's own response; null if there is none. */
export function replacementAnswer({ status, headers, body, text }: AnswerSpec): RestAnswer | null {
  if (status === undefined && body === undefined && text === undefined) return null;
  const type = text === undefined ? 'application/json' : 'text/html';
  return {
    status: status ?? 200,
    headers: { 'content-type': type, ...headers },
    text: text ?? (body === undefined ? '' : JSON.stringify(body)),
  };
}

/** The simulator's own response after a rule's edits. */
export const applyAnswerEdits = ({ edits }: AnswerSpec, body: unknown): unknown =>
  edits ? applyEdits(JSON.parse(JSON.stringify(body)), edits) : body;

function patternOf(path: string): RegExp {
  const parts = path.split(/(\*\*|\*)/).map((part) => {
    if (part === '**') return '.*';
    return part === '*' ? '[^/]+' : part.replace(/[.+?^${}()|[\]\\]/g, '\\$&');
  });
  return new RegExp(`^${parts.join('')}$`);
}

/** A pattern contains emojis unencoded; in a path they are percent-encoded. */
function decoded(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch (error) {
    if (error instanceof URIError) return path;
    throw error;
  }
}
