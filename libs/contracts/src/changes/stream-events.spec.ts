import type { Change } from './changes.js';
import type { Snowflake } from '../snowflake.js';
import { streamEventsOf } from './stream-events.js';

const id = (value: number) => String(value) as Snowflake;
const guildWide = { guildId: id(1), channelId: null, feed: 'g:1', seq: 10, prev: 7, guildPrev: 9 } as const;
const arrival = { guildId: id(1), channelId: id(5), userId: id(6), username: 'example', avatar: null };
const room = { id: id(5), name: 'Room', type: 2, serverId: id(1), deleted: false };

describe('streamFactsOf', () => {
  it('streamFactsOf sends a deletion of several messages as one event each', () => {
    const body = { ids: [id(3), id(4)], channelId: id(2), serverId: id(1) };
    const change: Change = { ...guildWide, channelId: id(2), feed: 'c:2', kind: 'message_delete', body };
    expect(streamEventsOf(change)).toEqual([
      {
        channelId: '2',
        type: 'message.deleted',
        payload: { id: '3', channelId: '2', serverId: '1', seq: 7, prev: 7 },
      },
      {
        channelId: '2',
        type: 'message.deleted',
        payload: { id: '4', channelId: '2', serverId: '1', seq: 10, prev: 7 },
      },
    ]);
  });

  it('streamFactsOf sends voice events under their dotted names with exactly their fields', () => {
    const change: Change = { ...guildWide, kind: 'voice_moved', body: { ...arrival, fromChannelId: id(4) } };
    expect(streamEventsOf(change)).toEqual([
      {
        channelId: '4',
        type: 'voice.left',
        payload: { guildId: '1', channelId: null, userId: '6' },
      },
      { channelId: '5', type: 'voice.joined', payload: arrival },
    ]);
  });

  it('streamFactsOf sends a new room both as a channel, without a position in a chain yet, and as a room', () => {
    const body = { ...room, deleted: true };
    expect(streamEventsOf({ ...guildWide, kind: 'channel_update', body })).toEqual([
      { channelId: '5', type: 'channel.deleted', payload: { ...body, type: 'voice', discordType: 2 } },
      { channelId: '5', type: 'room.deleted', payload: { guildId: '1', channelId: '5' } },
    ]);
  });

  it('streamFactsOf sends no data that access decisions are based on', () => {
    const access = [{ of: 'role', roleId: id(9), permissions: '0' } as const];
    expect(streamEventsOf({ ...guildWide, kind: 'access', body: { access } })).toEqual([]);
  });
});
