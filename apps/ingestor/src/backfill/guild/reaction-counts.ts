import type { ReactionCount, Snowflake } from '@discord-relay/contracts';
import type { HistoryMessage, ReactionSummary } from '../compare/history-message.js';
import type { HistoryApi } from '../rest/history-api.js';
import { HistoryRequestError } from '../rest/history-request-error.js';

/** The ids that locate a message. */
export interface MessageAddress {
  channelId: Snowflake;
  id: Snowflake;
}

/**
 * The users who reacted to a message, by emoji; undefined when Discord no longer has the message, so that the caller has to
 * read it again.
 * @throws HistoryRequestError
 */
export async function countReactions(
  api: HistoryApi,
  message: MessageAddress,
  { reactions }: HistoryMessage,
): Promise<ReactionCount[] | undefined> {
  try {
    return await usersOf(api, message, reactions);
  } catch (error) {
    if (!(error instanceof HistoryRequestError) || error.kind !== 'message_gone') throw error;
    if ((await api.message(message.channelId, message.id)) !== undefined) throw error;
    return undefined;
  }
}

async function usersOf(
  api: HistoryApi,
  { channelId, id }: MessageAddress,
  reactions: readonly ReactionSummary[],
): Promise<ReactionCount[]> {
  const counts: ReactionCount[] = [];
  for (const { emoji, count, burstCount } of reactions) {
    const users = (burst: boolean, expected: number) =>
      api.reactionUsers(channelId, id, { emoji, burst, expected });
    const userIds = count > burstCount ? await users(false, count - burstCount) : [];
    const burstUserIds = burstCount > 0 ? await users(true, burstCount) : [];
    // The listed users are authoritative, because the counts were read before.
    const counted = { count: userIds.length + burstUserIds.length, burstCount: burstUserIds.length };
    counts.push({ emoji, ...counted, userIds, ...(burstUserIds.length > 0 && { burstUserIds }) });
  }
  return counts;
}
