import type { EmojiKey, Snowflake } from '@discord-relay/contracts';
import type { PlaceAndTime } from '../counts/hourly-counts.js';
import type { ReactionRow } from '../shared/rows.js';

export interface SeenReaction extends PlaceAndTime {
  emoji: EmojiKey;
}

/** `live`: the reaction as received live; null if it comes from history. */
export type ReactionOp = { model: 'reactions' } & (
  | { op: 'put'; row: ReactionRow; present: boolean; live: SeenReaction | null }
  /** Reactions of an export, as far as nothing that was observed contradicts them. */
  | { op: 'import'; messageId: Snowflake; rows: ReactionRow[] }
  /** `emoji` null: every one. */
  | { op: 'clear'; messageId: Snowflake; emoji: EmojiKey | null; live: PlaceAndTime | null }
);
