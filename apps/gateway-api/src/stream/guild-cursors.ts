import type { Snowflake } from '@discord-relay/contracts';

/** One guild's part of a cursor: id and `seq`, each in base 36, so that 300 guilds fit into one header of any proxy. */
const PART = '~[0-9a-z]{1,13}\\.[0-9a-z]{1,11}';
export const VECTOR = new RegExp(`^~$|^(${PART})+$`);
const PARTS = new RegExp(PART, 'g');

/** Maximum number of guilds in one stream: its cursor, which every event carries, has a part for each. */
export const MAX_GUILDS = 300;

/**
 * The cursor of a stream of several guilds: its position in the order of each. A single number does not suffice, because guilds
 * of different partitions are projected independently.
 */
export class GuildCursors {
  private readonly seqs = new Map<Snowflake, number>();
  private readonly parts = new Map<Snowflake, string>();

  /** Returns undefined if the text is not a cursor of several guilds. */
  static parse(text: string): GuildCursors | undefined {
    if (!VECTOR.test(text)) return undefined;
    const cursors = new GuildCursors();
    for (const part of text.match(PARTS) ?? []) {
      const [id = '', seq = ''] = part.slice(1).split('.');
      cursors.set(String(fromBase36(id)) as Snowflake, Number(fromBase36(seq)));
    }
    return cursors;
  }

  get guildIds(): Snowflake[] {
    return [...this.seqs.keys()];
  }

  get(guildId: Snowflake): number | undefined {
    return this.seqs.get(guildId);
  }

  set(guildId: Snowflake, seq: number): void {
    this.seqs.set(guildId, seq);
    this.parts.set(guildId, `~${BigInt(guildId).toString(36)}.${seq.toString(36)}`);
  }

  delete(guildId: Snowflake): void {
    this.seqs.delete(guildId);
    this.parts.delete(guildId);
  }

  toString(): string {
    return this.parts.size === 0 ? '~' : [...this.parts.values()].join('');
  }
}

const fromBase36 = (text: string): bigint =>
  [...text].reduce((value, digit) => value * 36n + BigInt(parseInt(digit, 36)), 0n);

/** Parses a cursor of one guild; NaN if it is unknown. The stream starts nevertheless, because an EventSource gives up after an error. */
export function seqOf(text: string | undefined, guildId: Snowflake): number | undefined {
  if (text === undefined) return undefined;
  return SEQ.test(text) ? Number(text) : (GuildCursors.parse(text)?.get(guildId) ?? NaN);
}

/** A `seq` as text. A longer number cannot come from this service and is treated as an unknown cursor. */
export const SEQ = /^(0|[1-9]\d{0,14})$/;
