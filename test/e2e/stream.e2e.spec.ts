import type { RoomsList } from '@discord-relay/contracts';
import { until } from '@discord-relay/local-stack';
import { SseClient } from '../../apps/gateway-api/src/testing/sse-client.js';
import { openTempStack, type TempStack } from '../support/stacks/temp-stack.js';

const NAMES = ['room.created', 'room.deleted', 'voice.joined', 'voice.left'];

describe('from the local Discord to a server-sent stream', () => {
  let temp: TempStack & { close(): Promise<void> };
  let guild: { id: string; channels: { id: string }[] };
  let user: { id: string };

  beforeAll(async () => {
    temp = await openTempStack({ progress: () => undefined });
    user = await call('POST', 'users', { username: 'ada' });
    guild = await call('POST', 'guilds', {
      name: 'Rooms',
      channels: [{ name: 'general' }, { name: 'lounge', type: 'voice' }],
    });
  }, 120_000);
  afterAll(() => temp?.close());

  async function call<T>(method: string, path: string, body: object = {}): Promise<T> {
    const response = await fetch(`${temp.stack.simulator!.url}/_sim/${path}`, {
      method,
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
    return (await response.json()) as T;
  }

  const open = (lastEventId?: string): Promise<SseClient> =>
    SseClient.open(`${temp.url}/api/stream?guild=${guild.id}`, { token: temp.token, lastEventId });

  it('a server-sent stream sends rooms and their users with exactly the fields of the protocol, also later', async () => {
    const [, lounge] = guild.channels;
    const client = await until('the guild is projected', 20_000, async () => {
      const opened = await open();
      if (opened.status === 200) {
        const [list] = await opened.take(1, 'rooms_list');
        await until('a cursor', 10_000, () => opened.lastEventId || undefined);
        if ((list!.data as RoomsList).rooms.length === 1) return opened;
      }
      opened.close();
      return undefined;
    });
    const cursor = client.lastEventId;
    const room = await call<{ id: string }>('POST', `guilds/${guild.id}/channels`, {
      name: 'den',
      type: 'voice',
    });
    await call('POST', `channels/${lounge!.id}/voice`, { userId: user.id });
    await call('POST', `channels/${room.id}/voice`, { userId: user.id });
    await call('DELETE', `guilds/${guild.id}/voice/${user.id}`);
    await call('DELETE', `channels/${room.id}`);

    const guildId = guild.id;
    const arrival = { guildId, userId: user.id, username: 'ada', avatar: null };
    const left = ['voice.left', { guildId, channelId: null, userId: user.id }];
    const expected = [
      ['room.created', { guildId, channelId: room.id, name: 'den', userLimit: 0 }],
      ['voice.joined', { ...arrival, channelId: lounge!.id }],
      left,
      ['voice.joined', { ...arrival, channelId: room.id }],
      left,
      ['room.deleted', { guildId, channelId: room.id }],
    ];
    await client.take(1, 'room.deleted');
    client.close();
    expect(client.named(...NAMES).map(({ event, data }) => [event, data])).toEqual(expected);

    // Users who may not see the deleted room now could see it at the time.
    const again = await open(cursor);
    await again.take(1, 'room.deleted');
    again.close();
    expect(again.named(...NAMES).map(({ event, data }) => [event, data])).toEqual(expected);
  });
});
