import { applyEdits, type Edits } from './edits.js';
import { Rules } from './rules.js';

/** What happens to a payload of a client, in place of what it asks for. */
export interface OpSpec {
  op: number;
  /** Null for every shard. */
  shardId: number | null;
  /** 1006 ends the TCP connection without a close frame; undefined leaves the payload unanswered. */
  code?: number;
}

/** How dispatches of a type are changed, before they are numbered and buffered. */
export interface DispatchSpec {
  t: string;
  shardId: number | null;
  edits: Edits;
}

/** Misbehaviour of the gateway that lasts until it is used up or removed. */
export class GatewayRules {
  readonly ops = new Rules<OpSpec>();
  readonly dispatches = new Rules<DispatchSpec>();
  /** What every new session is called; null for a name of its own. */
  sessionId: string | null = null;

  /** The rule for a payload; undefined when it is obeyed. */
  takeOp(op: number, shardId: number | undefined): OpSpec | undefined {
    return this.ops.take((rule) => rule.op === op && (rule.shardId ?? shardId) === shardId);
  }

  /** The JSON text of a dispatch's data as a session is sent it. */
  edit(t: string, shardId: number, d: string): string {
    const rule = this.dispatches.take((each) => each.t === t && (each.shardId ?? shardId) === shardId);
    return rule ? JSON.stringify(applyEdits(JSON.parse(d), rule.edits)) : d;
  }

  clear(): void {
    this.ops.remove();
    this.dispatches.remove();
    this.sessionId = null;
  }
}
