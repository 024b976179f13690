import type { RelayClient } from '@discord-relay/client';
import { compareSnowflakes, type RestChannel, type Snowflake } from '@discord-relay/contracts';
import { type Directory, joinableChannels } from '../channels/directory.js';
import type { ReadMarks } from '../messages/model/read-marks.js';

type Newest = ReadonlyMap<Snowflake, Snowflake | undefined>;

/** The next channel below `current`, wrapping around, with an unread message. */
export function unreadAfter(
  order: readonly Snowflake[],
  newest: Newest,
  marks: Pick<ReadMarks, 'of'>,
  current: Snowflake | null,
): Snowflake | null {
  const from = current === null ? 0 : order.indexOf(current) + 1;
  const rotated = [...order.slice(from), ...order.slice(0, from)].filter((id) => id !== current);
  return rotated.find((id) => isUnread(newest.get(id), marks.of(id))) ?? null;
}

const isUnread = (newestId: Snowflake | undefined, readUpTo: Snowflake | null): boolean =>
  newestId !== undefined && (readUpTo === null || compareSnowflakes(newestId, readUpTo) > 0);

/** As {@link unreadAfter}, with the newest messages according to the service. @throws RelayError */
export async function nextUnread(
  client: RelayClient,
  directory: Directory,
  marks: ReadMarks,
  current: Snowflake | null,
): Promise<Snowflake | null> {
  const lists = directory.guilds.map(({ id }) => client.get<RestChannel[]>(`/api/v1/guilds/${id}/channels`));
  const channels = (await Promise.all(lists)).flat();
  const newest = new Map(channels.map(({ id, lastMessageId }) => [id, lastMessageId]));
  const order = joinableChannels(directory).map(({ id }) => id);
  return unreadAfter(order, newest, marks, current);
}
