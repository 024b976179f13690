import {
  channelFeed,
  type RestEventPage,
  type SnapshotReason,
  publicEventTypeOf,
  toWireEvents,
} from '@discord-relay/contracts';
import { isCursorOfFeed, refuseChangedAccess, refuseResume, tailAfter } from '../../read/resume.js';
import { feedHeads, readFeedTail, readTailBounds } from '../../read/changes.query.js';
import type { ChannelRow } from '../../read/channels.query.js';
import { listMessages } from '../../read/messages/messages.query.js';
import type { Querying } from '../../database/read-model.database.js';
import type { ViewerAccess } from '../../read/access/rights-trail.query.js';

const SNAPSHOT_MESSAGES = 50;
/** A page is limited anyway, so the tail is not limited in addition. */
const NO_LIMITS = { maxEvents: Infinity, maxBytes: Infinity };

/** At most `limit` changes after the cursor, or a snapshot, as for a socket that joins with this cursor. */
export async function eventPage(
  query: Querying,
  channel: Pick<ChannelRow, 'id' | 'guildId'>,
  look: ViewerAccess,
  { after, limit }: { after: number | undefined; limit: number },
): Promise<RestEventPage> {
  const feed = channelFeed(channel.id);
  const [head = 0] = await feedHeads(query, [feed]);
  if (after === undefined) return snapshotPage(query, channel, head, 'joined');
  const tail = after < head ? await readFeedTail(query, feed, after, limit + 1) : [];
  const isPlain = isCursorOfFeed(after, head, tail);
  const guild = isPlain ? undefined : await readTailBounds(query, channel.guildId, after);
  const refusal =
    refuseResume(after, tail, guild, NO_LIMITS) ?? (await refuseChangedAccess(query, look, channel.id, tail));
  if (refusal) return snapshotPage(query, channel, head, refusal);
  const changes = tailAfter(after, tail.slice(0, limit));
  return {
    events: changes
      .flatMap(toWireEvents)
      .map((each) => ({ event: publicEventTypeOf(each), payload: each.payload })),
    next: String(changes.at(-1)?.seq ?? after),
    more: tail.length > limit,
  };
}

async function snapshotPage(
  query: Querying,
  { id: channelId, guildId: serverId }: Pick<ChannelRow, 'id' | 'guildId'>,
  seq: number,
  reason: SnapshotReason,
): Promise<RestEventPage> {
  const messages = await listMessages(query, channelId, {}, SNAPSHOT_MESSAGES);
  return { snapshot: { channelId, serverId, messages, seq, reason }, reason, next: String(seq) };
}
