import type { Snowflake } from '@discord-relay/contracts';

/** One guild's part of a cursor: id and `seq`, each in base 36, so that 300 guilds fit into one header of any proxy. */
const PART = '~[0-9a-z]{1,13}\\.[0-9a-z]{1,11}';
export const VECTOR = new RegExp(`^~$|^(${PART})+$`);
const PARTS = new RegExp(PART, 'g');

/** Maximum number of guilds in one stream: its cursor has a part for each and is sent with every event. */
export const MAX_GUILDS = 300;

/**
 * The cursor of a stream of several guilds: its position in the order of each. A single number does not suffice, because guilds
 * of different partitions are projected independently.
 */
export class GuildCursors {
  private readonly seqs = new Map<Snowflake, number>();
  private readonly parts = new Map<Snowflake, string>();

  /** undefined if the text is not such a cursor. */
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

/** A cursor of one guild; NaN: unknown. The stream starts all the same, because an EventSource would give up otherwise. */
export function seqOf(text: string | undefined, guildId: Snowflake): number | undefined {
  if (text === undefined) return undefined;
  return SEQ.test(text) ? Number(text) : (GuildCursors.parse(text)?.get(guildId) ?? NaN);
}

/** A `seq` as text; a larger number cannot be one of ours, and is refused like any unknown one. */
export const SEQ = /^(0|[1-9]\d{0,14})$/;
