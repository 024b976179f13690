import { intentsForGuildEvent } from './intents.js';
import { shardKey, type Snowflake } from '../state/snowflakes.js';

/** Whom an event goes to and its data, serialized once for all sessions. */
export class Dispatch {
  /** Everything of the frame before the sequence number. */
  readonly head: string;
  readonly intents: number;
  /** Null for events without a guild, which go to shard 0. */
  readonly shardKey: number | null;
  /** Of the fact that it tells of; null where there is none. */
  ledgerIndex: number | null = null;
  private dWithoutContent: string | null = null;

  /**
   * @param d JSON text of the event data.
   * @param buildWithoutContent JSON text for sessions without MESSAGE_CONTENT, when it differs.
   */
  constructor(
    readonly t: string,
    guildId: Snowflake | null,
    readonly d: string,
    private readonly buildWithoutContent: (() => string) | null = null,
  ) {
    this.head = dispatchHead(t);
    this.intents = guildId === null ? 0 : intentsForGuildEvent(t);
    this.shardKey = guildId === null ? null : shardKey(guildId);
  }

  dataFor(seesContent: boolean): string {
    if (seesContent || this.buildWithoutContent === null) return this.d;
    this.dWithoutContent ??= this.buildWithoutContent();
    return this.dWithoutContent;
  }
}

const heads = new Map<string, string>();

function dispatchHead(t: string): string {
  const known = heads.get(t);
  if (known !== undefined) return known;
  const head = `{"t":${JSON.stringify(t)},"op":0,"s":`;
  if (heads.size < 1000) heads.set(t, head);
  return head;
}
