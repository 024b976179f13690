import type { Snowflake, WireChannel } from '@discord-relay/contracts';
import { findChannels } from './find-channels.js';

const channel = (id: number, name: string, type: WireChannel['type'] = 'text', server = 1): WireChannel => ({
  id: String(id) as Snowflake,
  name,
  type,
  discordType: 0,
  serverId: String(server) as Snowflake,
});
const DIRECTORY = {
  guilds: [
    { id: '1' as Snowflake, name: 'First', icon: null },
    { id: '2' as Snowflake, name: 'Help desk', icon: null },
  ],
  channels: [
    channel(1, 'no-help'),
    channel(2, 'Help'),
    channel(3, 'help', 'voice'),
    channel(4, 'other', 'text', 2),
  ],
};

describe('the quick switcher', () => {
  it('the quick switcher ranks names that begin with the text, then names that contain it, then guild names', () =>
    expect(findChannels(DIRECTORY, 'help').map((found) => found.channel.id)).toEqual(['2', '1', '4']));

  it('the quick switcher offers every channel with messages before anything is typed', () =>
    expect(findChannels(DIRECTORY, ' ').map((found) => found.channel.id)).toEqual(['1', '2', '4']));
});
