import {
  type ArchivedMessage,
  type AttachmentState,
  emojiOfKey,
  EXPORT_COLUMNS,
  type ExportColumnName,
  type JsonObject,
  messageExtras,
  type MessageMentions,
  type MessageReference,
  type PollState,
  type RestExportDetails,
  type RestRevision,
  type Snowflake,
  type StickerItem,
  wireAuthor,
} from '@discord-relay/contracts';
import type { ExportedRow } from '../encode/row-encoder.js';

/** The columns that are shown, and the details. */
interface Shown {
  id: Snowflake;
  guild_id: Snowflake;
  channel_id: Snowflake;
  channel_name: string | null;
  channel_type: number | null;
  author_id: Snowflake;
  author_name: string | null;
  webhook_id: Snowflake | null;
  created_at: string;
  edited_at: string | null;
  type: number | null;
  flags: number | null;
  pinned: boolean | null;
  content: string;
  revision: number;
  earlier_contents:
    { revision: number; content: string | null; edited_at: string | null; seq: number }[] | null;
  reactions: { emoji: string; count: number; burst_count: number }[] | null;
  attachments: AttachmentState[] | null;
  embeds: JsonObject[] | null;
  components: JsonObject[] | null;
  stickers: StickerItem[] | null;
  poll: PollState | null;
  poll_votes: { answer_id: number; votes: number }[] | null;
  mentions: MessageMentions | null;
  reference: MessageReference | null;
  seq: number;
  details: RestExportDetails | null;
}

const NAMES: readonly ExportColumnName[] = EXPORT_COLUMNS.map(({ name }) => name);
/** Discord's channel types of threads. */
const THREADS: ReadonlySet<number> = new Set([10, 11, 12]);

/** A row of an export with details. */
export function archivedRow(values: ExportedRow): ArchivedMessage {
  const named = Object.fromEntries(NAMES.map((name, i) => [name, values[i]]));
  const row = { ...named, details: values[NAMES.length] ?? null } as unknown as Shown;
  return { message: messageOf(row), channel: channelOf(row), earlier: earlierOf(row) };
}

const channelOf = ({
  channel_id,
  channel_name,
  channel_type,
  details,
}: Shown): ArchivedMessage['channel'] => ({
  id: channel_id,
  name: channel_name ?? channel_id,
  isThread: THREADS.has(channel_type ?? 0),
  topic: details?.topic ?? null,
  parentName: details?.parentName ?? null,
});

/** As `GET /api/v1/channels/:id/messages` returns it. */
function messageOf(row: Shown): ArchivedMessage['message'] {
  const { reactions, poll, poll_votes: votes } = row;
  return {
    id: row.id,
    channelId: row.channel_id,
    serverId: row.guild_id,
    author: wireAuthor(row.author_id, row.author_name, row.details?.author ?? null),
    content: row.content,
    timestamp: row.created_at,
    editedTimestamp: row.edited_at,
    pinned: row.pinned,
    revision: row.revision,
    seq: row.seq,
    ...messageExtras({ ...row, poll: poll && withVotes(poll, votes), webhookId: row.webhook_id }),
    ...(reactions && { reactions: reactions.map(reactionOf) }),
  };
}

const reactionOf = ({ emoji, count, burst_count }: NonNullable<Shown['reactions']>[number]) => ({
  emoji: emojiOfKey(emoji),
  count,
  burstCount: burst_count,
});

function withVotes(poll: PollState, votes: Shown['poll_votes']): PollState {
  if (votes === null) return poll;
  const counts = votes.map(({ answer_id, votes: count }) => ({ answerId: answer_id, count }));
  return { ...poll, results: { finalized: poll.results?.finalized ?? false, counts } };
}

const earlierOf = ({ earlier_contents }: Shown): RestRevision[] =>
  (earlier_contents ?? []).map(({ revision, content, edited_at, seq }) => ({
    revision,
    content,
    editedAt: edited_at,
    seq,
  }));
