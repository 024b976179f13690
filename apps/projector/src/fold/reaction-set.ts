import type { Snowflake } from '@discord-relay/contracts';
import type { ReactionRow } from './rows.js';

/** What a batch did to the reactions of one message. */
interface MessageReactions {
  /** All that were there before are gone. */
  clearedAll: boolean;
  /** All of these emoji that were there before are gone. */
  clearedEmoji: Set<string>;
  /** Those of which it is known whether they are there, as the last event said. */
  known: Map<string, { row: ReactionRow; present: boolean }>;
}

const keyOnMessage = (row: ReactionRow): string => `${row.emoji_key} ${row.user_id} ${row.burst}`;

/**
 * Reactions as a batch leaves them: each event says of some reactions that they are there or not, whatever was before.
 * What is written is the last word on each: first what goes, then what stays. Of what was there before only those are
 * read that an event names, to tell whether it changed anything.
 */
export class ReactionSet {
  private readonly messages = new Map<Snowflake, MessageReactions>();
  private readonly before: ReadonlySet<string>;

  constructor(loaded: ReactionRow[]) {
    this.before = new Set(loaded.map((row) => `${row.message_id} ${keyOnMessage(row)}`));
  }

  /** Returns whether that is another than before. */
  put(row: ReactionRow, present: boolean): boolean {
    const reactions = this.of(row.message_id);
    const key = keyOnMessage(row);
    const was = reactions.known.get(key)?.present ?? this.wasBefore(reactions, row, key);
    reactions.known.set(key, { row, present });
    return present !== was;
  }

  /** `emoji` null: every one. */
  clear(messageId: Snowflake, emoji: string | null): void {
    const { known, clearedEmoji } = this.of(messageId);
    if (emoji === null) {
      this.messages.set(messageId, { clearedAll: true, clearedEmoji: new Set(), known: new Map() });
      return;
    }
    clearedEmoji.add(emoji);
    for (const [key, { row }] of known) if (row.emoji_key === emoji) known.delete(key);
  }

  /** Messages that lose every reaction they had before the batch. */
  get clearedMessages(): Snowflake[] {
    return [...this.messages].filter(([, { clearedAll }]) => clearedAll).map(([id]) => id);
  }

  get clearedEmoji(): Pick<ReactionRow, 'message_id' | 'emoji_key'>[] {
    return [...this.messages].flatMap(([message_id, { clearedEmoji }]) =>
      [...clearedEmoji].map((emoji_key) => ({ message_id, emoji_key })),
    );
  }

  get removed(): ReactionRow[] {
    return this.known(false);
  }

  get added(): ReactionRow[] {
    return this.known(true);
  }

  private wasBefore({ clearedAll, clearedEmoji }: MessageReactions, row: ReactionRow, key: string): boolean {
    if (clearedAll || clearedEmoji.has(row.emoji_key)) return false;
    return this.before.has(`${row.message_id} ${key}`);
  }

  private known(wanted: boolean): ReactionRow[] {
    return [...this.messages.values()].flatMap(({ known }) =>
      [...known.values()].filter(({ present }) => present === wanted).map(({ row }) => row),
    );
  }

  private of(messageId: Snowflake): MessageReactions {
    let reactions = this.messages.get(messageId);
    if (!reactions) {
      reactions = { clearedAll: false, clearedEmoji: new Set(), known: new Map() };
      this.messages.set(messageId, reactions);
    }
    return reactions;
  }
}
