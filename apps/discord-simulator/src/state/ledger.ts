import { hash } from 'node:crypto';
import { discordTime } from './model/discord-time.js';
import type { Fact, FactKind, FactOrigin, ReactionFact, ThreadFact } from './model/facts.js';
import { emojiKey } from './channels/reactions.js';
import type { Snowflake } from './model/snowflakes.js';

/** Facts that concern no guild's clients are not in the ledger. */
type UnrecordedKind = 'user.created' | 'command.put' | 'command.deleted';
type LedgerKind = Exclude<FactKind, UnrecordedKind>;
type LedgerFact = Exclude<Fact, { kind: UnrecordedKind }>;

/** A fact that the world created, whether or not any session received it. */
export interface LedgerEntry {
  /** 1 for the first fact ever, without gaps. */
  index: number;
  /** Epoch milliseconds with a fraction, right before the dispatch. */
  atMs: number;
  origin: FactOrigin;
  kind: LedgerKind;
  guildId: Snowflake;
  channelId: Snowflake | null;
  /** For message facts except `message.bulk_deleted`, which has `messageIds`. */
  messageId: Snowflake | null;
  messageIds?: Snowflake[];
  /** First 16 hex digits of SHA-256 over the UTF-8 content after a created or updated message. */
  contentHash: string | null;
  /** As in the payload; null until the first edit. */
  editedTimestamp: string | null;
  /** The user of a reaction, a vote, a membership, a ban or a voice state, or the target of an audit log entry. */
  userId?: Snowflake;
  /** For reactions: the character, or `name:id`; null if all were cleared. */
  emoji?: string | null;
  burst?: boolean;
  /** For votes in polls. */
  answerId?: number;
  /** For threads; `channelId` is then their parent channel. */
  threadId?: Snowflake;
  roleId?: Snowflake;
  /** For voice states: the previous channel. */
  fromChannelId?: Snowflake | null;
}

/** The hash by which a ledger distinguishes versions of a message. */
export function contentHash(content: string): string {
  return hash('sha256', content, 'hex').slice(0, 16);
}

/** Append-only record of the world's facts, limited in size: drills compare it with what arrived. */
export class Ledger {
  private entries: LedgerEntry[] = [];
  private newestIndex = 0;
  private readonly counts = new Map<string, number>();

  /** @param limit number of stored entries; up to a tenth more may stay until the oldest are removed. */
  constructor(private readonly limit: number) {}

  /** Index of the newest entry; 0 before the first. */
  get lastIndex(): number {
    return this.newestIndex;
  }

  /** @returns the new entry, or null for a fact without dispatches. */
  record(fact: Fact): LedgerEntry | null {
    if (fact.kind === 'user.created' || 'command' in fact) return null;
    const entry = describe(fact, this.newestIndex + 1);
    this.restore(entry);
    return entry;
  }

  /** Appends an entry from a state file. Entries already known are skipped. */
  restore(entry: LedgerEntry): void {
    if (entry.index <= this.newestIndex) return;
    this.newestIndex = entry.index;
    this.entries.push(entry);
    const key = `${entry.origin} ${entry.kind}`;
    this.counts.set(key, (this.counts.get(key) ?? 0) + 1);
    if (this.entries.length > this.limit * 1.1) this.entries = this.entries.slice(-this.limit);
  }

  /** Restores totals that also cover entries removed by an earlier run. */
  adoptCounts(counts: Record<FactOrigin, Record<string, number>>): void {
    for (const [origin, kinds] of Object.entries(counts)) {
      for (const [kind, count] of Object.entries(kinds)) this.counts.set(`${origin} ${kind}`, count);
    }
  }

  /** Entries with an index above `after`, oldest first. */
  page(after: number, limit: number): readonly LedgerEntry[] {
    const first = this.entries[0]?.index ?? 1;
    const from = Math.max(0, after + 1 - first);
    return this.entries.slice(from, from + limit);
  }

  /** `firstIndex` is above 1 once old entries were removed. Counts cover every fact since the first start. */
  summary(): {
    firstIndex: number;
    lastIndex: number;
    kept: number;
    counts: Record<FactOrigin, Record<string, number>>;
  } {
    const counts: Record<FactOrigin, Record<string, number>> = { live: {}, history: {} };
    for (const [key, count] of this.counts) {
      const [origin, kind] = key.split(' ') as [FactOrigin, string];
      counts[origin][kind] = count;
    }
    const firstIndex = this.entries[0]?.index ?? this.newestIndex + 1;
    return { firstIndex, lastIndex: this.newestIndex, kept: this.entries.length, counts };
  }
}

type Subject = Pick<LedgerEntry, 'guildId' | 'channelId'> & Partial<LedgerEntry>;

function describe(fact: LedgerFact, index: number): LedgerEntry {
  return {
    index,
    atMs: fact.atMs,
    origin: fact.origin,
    kind: fact.kind,
    messageId: null,
    contentHash: null,
    editedTimestamp: null,
    ...subjectOf(fact),
  };
}

function subjectOf(fact: LedgerFact): Subject {
  if ('thread' in fact) return threadIn(fact);
  if ('webhook' in fact) return { guildId: fact.webhook.guildId, channelId: fact.webhook.channelId };
  if ('invite' in fact) return { guildId: fact.invite.guildId, channelId: fact.invite.channelId };
  if ('role' in fact) return { guildId: fact.guild.id, channelId: null, roleId: fact.role.id };
  if ('member' in fact) return { guildId: fact.member.guildId, channelId: null, userId: fact.member.userId };
  if ('state' in fact) {
    const { guildId, channelId, userId } = fact.state;
    return { guildId, channelId, userId, fromChannelId: fact.fromChannelId };
  }
  if ('entry' in fact) return { guildId: fact.entry.guildId, channelId: null, userId: fact.entry.targetId };
  if ('reason' in fact) return { guildId: fact.guildId, channelId: null, userId: fact.userId };
  if ('guild' in fact) return { guildId: fact.guild.id, channelId: null };
  const where = { guildId: fact.channel.guildId, channelId: fact.channel.id };
  if ('emoji' in fact) return { ...where, ...reactionIn(fact) };
  if ('answerId' in fact)
    return { ...where, messageId: fact.message.id, userId: fact.userId, answerId: fact.answerId };
  if ('message' in fact) return Object.assign(where, revisionOf(fact.message));
  if ('messageId' in fact) return { ...where, messageId: fact.messageId };
  return 'messageIds' in fact ? { ...where, messageIds: fact.messageIds } : where;
}

function threadIn(fact: ThreadFact): Subject {
  const { id, guildId, parentId } = fact.thread;
  return {
    guildId,
    channelId: parentId,
    threadId: id,
    ...('userId' in fact ? { userId: fact.userId } : {}),
  };
}

function reactionIn(fact: ReactionFact): Partial<LedgerEntry> {
  return {
    messageId: fact.message.id,
    emoji: fact.emoji === null ? null : emojiKey(fact.emoji),
    ...('userId' in fact ? { userId: fact.userId, burst: fact.burst } : {}),
  };
}

function revisionOf({
  id,
  content,
  editedAtMs,
}: {
  id: Snowflake;
  content: string;
  editedAtMs: number | null;
}) {
  return {
    messageId: id,
    contentHash: contentHash(content),
    editedTimestamp: editedAtMs === null ? null : discordTime(editedAtMs),
  };
}
