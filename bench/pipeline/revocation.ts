import { setTimeout as sleep } from 'node:timers/promises';
import type { RestMemberPage, Snowflake } from '@discord-relay/contracts';
import { type Figures, type Measurement, summarize, until } from '@discord-relay/local-stack';
import { io, type Socket } from 'socket.io-client';
import { histogramCount } from '../../test/support/monitoring/metrics-page.js';
import { signToken, type TempStack, withTempStack } from '../../test/support/stacks/temp-stack.js';

const MESSAGES_PER_SECOND = 200;
/** VIEW_CHANNEL | READ_MESSAGE_HISTORY */
const READING = String((1 << 10) | (1 << 16));
/** How long to watch for messages that must not come. */
const WATCH_MS = 1_500;

/** From the removal of a role in Discord to the last event that its former owner receives. */
export const revocation: Measurement = {
  name: 'revocation',
  description: `ms from a role removed in Discord to the last delivery, under ${MESSAGES_PER_SECOND} messages/s; --rounds: removals (50)`,
  required: {
    p99Ms: { max: 1_000 },
    unnotified: { equals: 0 },
    exported: { min: 1 },
    deliveredBefore: { min: 1 },
  },
  run: ({ seed, rounds = 50, progress }) =>
    withTempStack({ progress, envOf: { ingestor: { RECORD_MEMBERS: 'true' } } }, (temp) =>
      removeRoles(temp, seed, rounds),
    ),
};

export async function removeRoles(temp: TempStack, seed: number, rounds: number): Promise<Figures> {
  const place = await privateChannel(temp);
  const { id } = await temp.sim.startScenario({
    messagesPerSecond: MESSAGES_PER_SECOND,
    seed,
    channelIds: [place.channelId],
  });
  const found: Removal[] = [];
  for (let round = 0; round < rounds; round++) found.push(await removeRole(temp, place));
  await temp.sim.stopScenario(id);
  const { p50, p99, max } = summarize(found.map(({ lastMs }) => lastMs));
  return {
    p50Ms: p50,
    p99Ms: p99,
    maxMs: max,
    removals: found.length,
    unnotified: found.filter(({ notified }) => !notified).length,
    deliveredBefore: found.reduce((sum, { before }) => sum + before, 0),
    exported: await histogramCount(temp.url, 'relay_gateway_revocation_seconds'),
  };
}

interface Place {
  guildId: string;
  channelId: string;
  roleId: Snowflake;
  userId: string;
}

interface Removal {
  /** From the request to Discord to the last delivery; 0 if none came after it. */
  lastMs: number;
  /** Whether the client was informed that it lost the channel. */
  notified: boolean;
  /** Messages that arrived while the member could see the channel. */
  before: number;
}

/** A channel that only one role may read, and a member with that role. */
async function privateChannel({ sim }: TempStack): Promise<Place> {
  const guild = await sim.createGuild('Revocation', [{ name: 'private' }]);
  const channelId = guild.channels[0]!.id;
  const userId = await sim.newMember(guild.id, 'example-moderator');
  const role = await sim.createRole(guild.id, { name: 'readers', permissions: '0' });
  const roleId = role.id as Snowflake;
  await sim.hide(guild.id, channelId, roleId, READING);
  return { guildId: guild.id, channelId, roleId, userId };
}

async function removeRole(temp: TempStack, place: Place): Promise<Removal> {
  const { sim, url, stack } = temp;
  const { guildId, channelId, roleId, userId } = place;
  await sim.patchMember(guildId, userId, { roleIds: [roleId] });
  // Before that, the member could join because the channel is not private yet, and would lose it again.
  await until('the member has the role', 30_000, () => isProjected(temp, place));
  const token = await signToken(stack.jwtSecret, { role: 'viewer', discord_user_id: userId });
  const socket = io(url, { transports: ['websocket'], auth: { token }, forceNew: true });
  try {
    await until('joined', 30_000, () => join(socket, channelId as Snowflake));
    const seen = watch(socket);
    await until('messages come', 30_000, () => seen.count > 20 || undefined);
    const before = seen.count;
    const removedAtMs = performance.now();
    await sim.patchMember(guildId, userId, { roleIds: [] });
    await until('the notification', 10_000, () => seen.notified || undefined).catch(() => undefined);
    await sleep(WATCH_MS);
    return { lastMs: Math.max(0, seen.lastAtMs - removedAtMs), notified: seen.notified, before };
  } finally {
    socket.disconnect();
  }
}

/** Whether the read model has the member's role, and with it everything that happened in the guild before. */
async function isProjected({ url, token }: TempStack, place: Place): Promise<true | undefined> {
  const answer = await fetch(`${url}/api/v1/guilds/${place.guildId}/members?ids=${place.userId}`, {
    headers: { authorization: `Bearer ${token}` },
  });
  if (!answer.ok) return undefined;
  const { members } = (await answer.json()) as RestMemberPage;
  return members.some(({ roleIds }) => roleIds.includes(place.roleId)) || undefined;
}

async function join(socket: Socket, channelId: Snowflake): Promise<true | undefined> {
  const answer = (await socket.timeout(5_000).emitWithAck('join_channel', { channelId, limit: 1 })) as {
    ok: boolean;
  };
  return answer.ok || undefined;
}

function watch(socket: Socket) {
  const seen = { count: 0, lastAtMs: 0, notified: false };
  socket.on('message', () => {
    seen.count += 1;
    seen.lastAtMs = performance.now();
  });
  socket.on('unsubscribed', () => (seen.notified = true));
  return seen;
}
