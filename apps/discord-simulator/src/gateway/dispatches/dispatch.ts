import { intentsForGuildEvent } from './intents.js';
import { shardKey, type Snowflake } from '../../state/model/snowflakes.js';

/** An event with its data, serialized once for all sessions, and its recipients. */
export class Dispatch {
  /** The part of the frame before the sequence number. */
  readonly head: string;
  readonly intents: number;
  /** Null for events without a guild, which are sent to shard 0. */
  readonly shardKey: number | null;
  /** Index of the fact that caused it; null if there is none. */
  ledgerIndex: number | null = null;
  /**
   * @param d JSON text of the event data.
   * @param options `tailor` returns the JSON text for sessions with certain intents, if it depends on them; `intents` replaces
   * those that the event's name requires.
   */
  constructor(
    readonly t: string,
    guildId: Snowflake | null,
    readonly d: string,
    private readonly options: DispatchOptions = {},
  ) {
    this.head = dispatchHead(t);
    this.intents = options.intents ?? (guildId === null ? 0 : intentsForGuildEvent(t));
    this.shardKey = guildId === null ? null : shardKey(guildId);
  }

  /** Whether the data is sent unchanged even if rules exist for its type. */
  get isVerbatim(): boolean {
    return this.options.verbatim ?? false;
  }

  dataFor(intents: number): string {
    return this.options.tailor?.(intents) ?? this.d;
  }
}

export interface DispatchOptions {
  tailor?: (intents: number) => string;
  intents?: number;
  verbatim?: boolean;
}

/** A dispatch of an object. */
export function jsonDispatch(
  t: string,
  guildId: Snowflake | null,
  d: object,
  options: DispatchOptions = {},
): Dispatch {
  return new Dispatch(t, guildId, JSON.stringify(d), options);
}

const heads = new Map<string, string>();

function dispatchHead(t: string): string {
  const known = heads.get(t);
  if (known !== undefined) return known;
  const head = `{"t":${JSON.stringify(t)},"op":0,"s":`;
  if (heads.size < 1000) heads.set(t, head);
  return head;
}
