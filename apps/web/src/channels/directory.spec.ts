import { channelTypeOf, type Snowflake, type WireChannel } from '@discord-relay/contracts';
import { applyChannelUpdate, firstChannel, serverSections } from './directory.js';

const channel = (id: number, discordType = 0, serverId = 1, name = `c${id}`): WireChannel => ({
  id: String(id) as Snowflake,
  name,
  type: channelTypeOf(discordType),
  discordType,
  serverId: String(serverId) as Snowflake,
});
const guild = (id: number) => ({ id: String(id) as Snowflake, name: `g${id}`, icon: null });
const idsOf = (channels: readonly WireChannel[]) => channels.map(({ id }) => Number(id));

describe('applyChannelUpdate', () => {
  const channels = [channel(1), channel(2), channel(3, 0, 2)];

  it('a channel update renames a channel in its place', () => {
    const renamed = applyChannelUpdate(channels, { ...channel(1, 0, 1, 'new'), deleted: false });
    expect(renamed.map(({ name }) => name)).toEqual(['new', 'c2', 'c3']);
  });

  it('a channel update adds a new channel at the end of its guild', () => {
    expect(idsOf(applyChannelUpdate(channels, { ...channel(9), deleted: false }))).toEqual([1, 2, 9, 3]);
    expect(idsOf(applyChannelUpdate(channels, { ...channel(9, 0, 7), deleted: false }))).toEqual([
      1, 2, 3, 9,
    ]);
  });

  it('a channel update removes a deleted channel and ignores an unknown one', () => {
    expect(idsOf(applyChannelUpdate(channels, { ...channel(2), deleted: true }))).toEqual([1, 3]);
    expect(applyChannelUpdate(channels, { ...channel(9), deleted: true })).toBe(channels);
  });

  it('a channel update that is applied twice changes nothing the second time', () => {
    const update = { ...channel(9), deleted: false };
    const once = applyChannelUpdate(channels, update);
    expect(applyChannelUpdate(once, update)).toEqual(once);
  });
});

describe('serverSections', () => {
  it('the side bar groups channels by the category they follow, and shows those before the first one above it', () => {
    const channels = [channel(1), channel(10, 4), channel(11), channel(20, 4)];
    const [section] = serverSections({ guilds: [guild(1)], channels });
    expect(section?.groups.map((group) => [group.category?.name, idsOf(group.channels)])).toEqual([
      [undefined, [1]],
      ['c10', [11]],
      ['c20', []],
    ]);
  });

  it('the side bar shows a guild without channels, and channels of an unknown guild', () => {
    const sections = serverSections({ guilds: [guild(1)], channels: [channel(5, 0, 2)] });
    expect(sections.map(({ id, groups }) => [id, groups.length])).toEqual([
      ['1', 0],
      ['2', 1],
    ]);
  });
});

describe('firstChannel', () => {
  it('the first channel is the first one with messages, in the order of the side bar', () => {
    const channels = [channel(1, 4), channel(2, 2), channel(3, 13), channel(4, 5), channel(5)];
    expect(firstChannel({ guilds: [guild(1)], channels })?.id).toBe('4');
  });

  it('the first channel is undefined if there is no channel with messages', () => {
    expect(firstChannel({ guilds: [guild(1)], channels: [channel(1, 4), channel(2, 2)] })).toBeUndefined();
  });
});
