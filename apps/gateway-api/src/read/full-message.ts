import type {
  AttachmentState,
  JsonObject,
  MessageMentions,
  MessageReference,
  PollState,
  RestMessage,
  RestPoll,
  RestReactionCount,
  StickerItem,
  UserState,
} from '@discord-relay/contracts';
import { type MessageRow, SHORT_COLUMNS, toHistoryMessage } from './messages.query.js';

export interface FullMessageRow extends MessageRow {
  author: UserState | null;
  type: number | null;
  flags: string | null;
  pinned: boolean | null;
  webhookId: RestMessage['webhookId'];
  attachments: AttachmentState[] | null;
  embeds: JsonObject[] | null;
  components: JsonObject[] | null;
  stickers: StickerItem[] | null;
  mentions: MessageMentions | null;
  reference: MessageReference | null;
  poll: PollState | null;
  revision: number;
  reactions: RestReactionCount[];
  /** By the answer's id; null without a poll. */
  votes: Record<string, number> | null;
}

export const FULL_COLUMNS = `${SHORT_COLUMNS}, author, type, flags, pinned, webhook_id AS "webhookId", attachments,
  embeds, components, stickers, mentions, reference, poll, revision`;

/** The rows of `page` (a query of {@link FULL_COLUMNS}) with what is counted: only of those that the page keeps. */
export const withCounts = (page: string): string => `
  SELECT m.*,
    (SELECT coalesce(json_agg(json_build_object('emoji', r.emoji_key, 'count', r.count, 'burstCount', r.burst_count)
                              ORDER BY r.count DESC, r.emoji_key), '[]')
     FROM reaction_counts r WHERE r.message_id = m.id AND r.count > 0) AS reactions,
    CASE WHEN m.poll IS NOT NULL THEN
      (SELECT json_object_agg(p.answer_id, p.votes) FROM poll_counts p WHERE p.message_id = m.id) END AS votes
  FROM (${page}) m`;

export function toRestMessage(row: FullMessageRow): RestMessage {
  const { globalName, avatar, bot } = row.author ?? {};
  const { author, ...message } = toHistoryMessage(row);
  return {
    ...message,
    author: {
      ...author,
      ...(globalName !== undefined && { globalName }),
      ...(avatar !== undefined && { avatar }),
      ...(bot !== undefined && { bot }),
    },
    type: row.type,
    flags: row.flags === null ? null : Number(row.flags),
    pinned: row.pinned,
    webhookId: row.webhookId,
    attachments: row.attachments ?? [],
    embeds: row.embeds ?? [],
    components: row.components ?? [],
    stickers: row.stickers ?? [],
    mentions: row.mentions,
    reference: row.reference,
    poll: row.poll && pollOf(row.poll, row.votes),
    reactions: row.reactions,
    revision: row.revision,
  };
}

/** An answer without a count has no votes when others are counted; where none is, nobody knows. */
const pollOf = (
  { results, answers, ...poll }: PollState,
  votes: Record<string, number> | null,
): RestPoll => ({
  ...poll,
  answers: answers.map((answer) => ({ ...answer, votes: votes && (votes[answer.id] ?? 0) })),
  finalized: results?.finalized ?? false,
});
