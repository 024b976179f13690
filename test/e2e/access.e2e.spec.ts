import { randomInt } from 'node:crypto';
import type { AccessChange, AccessExplanation, Snowflake } from '@discord-relay/contracts';
import fc from 'fast-check';
import {
  anyChange,
  applyToModel,
  CHANNELS,
  emptyGuild,
  GUILD_ID,
  type ModelGuild,
  ROLES,
  THREADS,
  toBits,
  USERS,
} from '../../apps/gateway-api/src/testing/random-guild.js';
import { referenceRights } from '../../apps/gateway-api/src/testing/reference-rights.js';
import { DEFAULT_INTENTS } from '../../apps/ingestor/src/discord/gateway/intents.js';
import { openTempStack, signToken, type TempStack } from '../support/stacks/temp-stack.js';
import { TestSocket } from '../support/clients/test-socket.js';

const CHANGES = 60;
const HOUR_MS = 3_600_000;

interface SimGuild {
  id: Snowflake;
  ownerId: Snowflake;
  roles: { id: Snowflake; botId: string | null }[];
  channels: { id: Snowflake; type: number }[];
}

describe('access through the whole system', () => {
  let temp: TempStack & { close(): Promise<void> };
  let guild: SimGuild;
  /** The state of the local Discord's guild, applied twice: there, and in the reference. */
  let model: ModelGuild;
  /** From the ids of random changes to those of the local Discord. */
  const idOf = new Map<string, Snowflake>();
  const sockets = new Map<string, TestSocket>();

  beforeAll(async () => {
    // Discord sends members and their roles only on request.
    const ingestor = { DISCORD_INTENTS: [...DEFAULT_INTENTS, 'GuildMembers'].join() };
    temp = await openTempStack({ progress: () => undefined, envOf: { ingestor } });
    await build();
  }, 120_000);

  afterAll(async () => {
    for (const socket of sockets.values()) socket.close();
    await temp?.close();
  });

  async function call<T>(method: string, path: string, body: object = {}): Promise<T> {
    const response = await fetch(`${temp.stack.simulator!.url}/_sim/${path}`, {
      method,
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
    return (await response.json()) as T;
  }

  async function build(): Promise<void> {
    for (const [i, id] of USERS.entries())
      idOf.set(id, (await call<{ id: Snowflake }>('POST', 'users', { username: `example-user-${i}` })).id);
    const channels = [{ name: 'one' }, { name: 'two' }, { name: 'call', type: 'voice' }];
    guild = await call<SimGuild>('POST', 'guilds', { name: 'Rights', channels });
    model = { ...emptyGuild(), id: guild.id, ownerId: guild.ownerId };
    idOf.set(GUILD_ID, guild.id);
    // Otherwise the bot would not see the channels that it reports.
    const own = guild.roles.find(({ botId }) => botId !== null)!;
    await call('PATCH', `guilds/${guild.id}/roles/${own.id}`, { permissions: toBits(['ADMINISTRATOR']) });
    for (const id of ROLES)
      idOf.set(id, (await call<{ id: Snowflake }>('POST', `guilds/${guild.id}/roles`, { name: id })).id);
    for (const [i, id] of CHANNELS.entries()) await found(id, guild.channels[i]!.id);
    const permissions = toBits(['VIEW_CHANNEL', 'READ_MESSAGE_HISTORY', 'CONNECT']);
    await make({ of: 'role', roleId: GUILD_ID, permissions });
    for (const roleId of ROLES) await make({ of: 'role', roleId, permissions: '0' });
    for (const userId of USERS)
      await make({ of: 'member', userId, roleIds: [], timedOutUntil: null, left: false });
    for (const [i, id] of THREADS.entries()) await open(id, CHANNELS[i % 2]!, i < 2 ? 'private' : 'public');
  }

  async function found(id: Snowflake, channelId: Snowflake): Promise<void> {
    idOf.set(id, channelId);
    const { type } = guild.channels.find((channel) => channel.id === channelId)!;
    model.channels.set(channelId, { type, parentId: null, overwrites: [], deleted: false });
  }

  async function open(id: Snowflake, parent: Snowflake, type: 'private' | 'public'): Promise<void> {
    const [parentId, userId] = [idOf.get(parent)!, idOf.get(USERS[0]!)!];
    const thread = await call<{ id: Snowflake; type: number }>('POST', `channels/${parentId}/threads`, {
      ...{ name: id, type, userId },
    });
    idOf.set(id, thread.id);
    model.channels.set(thread.id, { type: thread.type, parentId, overwrites: null, deleted: false });
    // The user who opened it is a member, which only a separate membership event reports.
    await call('DELETE', `threads/${thread.id}/members/${userId}`);
    await call('PUT', `threads/${thread.id}/members/${userId}`);
    model.threadMembers.set(thread.id, new Set([userId]));
  }

  /** Makes the change in the local Discord and in the model, if the local Discord supports it. */
  async function make(random: AccessChange): Promise<void> {
    const change = JSON.parse(
      JSON.stringify(random, (_, value: unknown) => idOf.get(value as string) ?? value),
    ) as AccessChange;
    if (await applyToDiscord(change)) applyToModel(model, change);
  }

  async function applyToDiscord(change: AccessChange): Promise<boolean> {
    switch (change.of) {
      case 'role':
        return change.permissions !== null && patch(`guilds/${guild.id}/roles/${change.roleId}`, change);
      case 'member':
        // The local Discord has neither members with unknown roles nor guests.
        return change.roleIds !== null && !change.guest && applyMember(change);
      case 'channel': {
        const known = model.channels.get(change.channelId)!;
        if (change.overwrites === null || known.parentId !== null) return false;
        Object.assign(change, { type: known.type, parentId: null, deleted: false });
        const permissionOverwrites = change.overwrites.map((each) => ({
          ...each,
          type: each.type === 'role' ? 0 : 1,
        }));
        await call('PATCH', `channels/${change.channelId}`, { permissionOverwrites });
        return true;
      }
      case 'thread_members': {
        const isMember = (id: string) => model.members.get(id)?.left === false;
        change.added = change.added.filter(isMember);
        for (const id of change.added) await call('PUT', `threads/${change.threadId}/members/${id}`);
        for (const id of change.removed) await call('DELETE', `threads/${change.threadId}/members/${id}`);
        return true;
      }
      case 'guild':
        return false;
    }
  }

  async function patch(path: string, { permissions }: { permissions: string | null }): Promise<true> {
    await call('PATCH', path, { permissions });
    return true;
  }

  async function applyMember(change: AccessChange & { of: 'member' }): Promise<boolean> {
    const path = `guilds/${guild.id}/members/${change.userId}`;
    const wasLeft = model.members.get(change.userId)?.left ?? false;
    if (change.left && wasLeft) return false;
    if (change.left) return Boolean(await call('DELETE', path));
    const timedOutUntilMs = change.timedOutUntil === null ? null : Date.now() + HOUR_MS;
    change.timedOutUntil = timedOutUntilMs === null ? null : new Date(timedOutUntilMs).toISOString();
    const { roleIds } = change;
    await call(wasLeft ? 'PUT' : 'PATCH', path, { roleIds, timedOutUntilMs });
    return true;
  }

  const users = () => USERS.map((id) => idOf.get(id)!);
  const places = () => [...model.channels.keys()] as Snowflake[];
  const pairs = () => users().flatMap((user) => places().map((place) => [user, place] as const));
  const expected = (user: string, place: string) => referenceRights(model, user, place, Date.now());

  async function explained(user: string, channel: string) {
    const response = await fetch(`${temp.url}/api/v1/access/explain?user=${user}&channel=${channel}`, {
      headers: { authorization: `Bearer ${temp.token}` },
    });
    const { see, read, history } = (await response.json()) as AccessExplanation;
    return { see: see.allowed, read: read.allowed, history: history.allowed };
  }

  async function mayJoin(user: string, channelId: Snowflake): Promise<boolean> {
    const answer = await sockets.get(user)!.socket.timeout(10_000).emitWithAck('join_channel', { channelId });
    return answer.ok;
  }

  /** A guild's changes have one order: when the last one arrives, all before it are known everywhere. */
  async function settled(): Promise<void> {
    const name = `settled-${randomInt(2 ** 40)}`;
    await call('POST', `guilds/${guild.id}/channels`, { name });
    await sockets.get('staff')!.event('channel_update', (payload) => payload.name === name);
  }

  async function openSockets(): Promise<void> {
    const staff = await TestSocket.open(temp.url, temp.token);
    sockets.set('staff', staff);
    await staff.socket.timeout(10_000).emitWithAck('get_channels');
    await settled();
    for (const id of users()) {
      const claims = { role: 'viewer', discord_user_id: id };
      sockets.set(id, await TestSocket.open(temp.url, await signToken(temp.stack.jwtSecret, claims)));
    }
  }

  async function check(context: object): Promise<void> {
    await settled();
    for (const [user, place] of pairs()) {
      const rights = expected(user, place);
      expect({ ...context, user, place, ...(await explained(user, place)) }).toEqual({
        ...{ ...context, user, place },
        ...rights,
      });
      const joins = await mayJoin(user, place);
      expect({ ...context, user, place, joins }).toEqual({ ...context, user, place, joins: rights.read });
    }
  }

  it('access through the whole system matches Discord’s rules, while roles, members, overwrites and threads change', async () => {
    const seed = randomInt(2 ** 31);
    await openSockets();
    await check({ seed, changes: 0 });
    const changes = fc.sample(anyChange, { seed, numRuns: CHANGES });
    for (const [i, change] of changes.entries()) {
      await make(change);
      if (i % 10 === 9) await check({ seed, changes: i + 1 });
    }
  }, 120_000);
});
