import { intentsForGuildEvent } from './intents.js';
import { shardKey, type Snowflake } from '../state/model/snowflakes.js';

/** Whom an event goes to and its data, serialized once for all sessions. */
export class Dispatch {
  /** Everything of the frame before the sequence number. */
  readonly head: string;
  readonly intents: number;
  /** Null for events without a guild, which go to shard 0. */
  readonly shardKey: number | null;
  /** Of the fact that it tells of; null where there is none. */
  ledgerIndex: number | null = null;
  /**
   * @param d JSON text of the event data.
   * @param options `tailor` gives the JSON text for sessions with certain intents, where it depends on them;
   * `intents` replaces those that the event's name asks for.
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

  /** Whether its data is sent as it is, whatever rules there are for its type. */
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
