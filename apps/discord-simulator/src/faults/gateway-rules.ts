import { applyEdits, type Edits } from './edits.js';
import { Rules } from './rules.js';

/** The reaction to a client's payload, instead of executing it. */
export interface OpSpec {
  op: number;
  /** Null for every shard. */
  shardId: number | null;
  /** 1006 ends the TCP connection without a close frame; undefined leaves the payload unanswered. */
  code?: number;
}

/** Changes to dispatches of a type, applied before they are numbered and buffered. */
export interface DispatchSpec {
  t: string;
  shardId: number | null;
  edits: Edits;
}

/** Misbehaviour of the gateway that lasts until it is used up or removed. */
export class GatewayRules {
  readonly ops = new Rules<OpSpec>();
  readonly dispatches = new Rules<DispatchSpec>();
  /** The id of every new session; null for unique ids. */
  sessionId: string | null = null;

  /** The rule for a payload; undefined: the payload is executed. */
  matchOp(op: number, shardId: number | undefined): OpSpec | undefined {
    return this.ops.match((rule) => rule.op === op && (rule.shardId ?? shardId) === shardId);
  }

  /** The JSON text of a dispatch's data as it is sent to a session. */
  edit(t: string, shardId: number, d: string): string {
    const rule = this.dispatches.match((each) => each.t === t && (each.shardId ?? shardId) === shardId);
    return rule ? JSON.stringify(applyEdits(JSON.parse(d), rule.edits)) : d;
  }

  clear(): void {
    this.ops.remove();
    this.dispatches.remove();
    this.sessionId = null;
  }
}
