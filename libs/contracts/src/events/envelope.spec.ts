import fc from 'fast-check';
import type { Snowflake } from '../snowflake.js';
import { eventSubject } from '../subjects.js';
import { EVENT_VERSIONS } from './event-data.js';
import { parseEvent, type RelayEventOf } from './envelope.js';

const event: RelayEventOf<'message.deleted'> = {
  specversion: '1.0',
  id: 'message.deleted:3',
  source: 'discord-gateway',
  type: 'message.deleted',
  typeversion: 1,
  time: '2026-01-01T00:00:00.000Z',
  receivedat: '2026-01-01T00:00:00.000Z',
  datacontenttype: 'application/json',
  guildid: '1' as Snowflake,
  channelid: '2' as Snowflake,
  shardid: 0,
  sessionid: 's',
  discordseq: 4,
  data: { id: '3' as Snowflake, channelId: '2' as Snowflake, guildId: '1' as Snowflake },
};

describe('parseEvent', () => {
  it('parseEvent reads back an event that was written', () =>
    expect(parseEvent(JSON.stringify(event))).toEqual({ ok: true, event }));

  it.each([
    ['not_json', '{"specversion"'],
    ['not_an_event', 'null'],
    ['not_an_event', '[]'],
    ['not_an_event', JSON.stringify({ ...event, specversion: '0.3' })],
    ['not_an_event', JSON.stringify({ ...event, guildid: 'x' })],
    ['not_an_event', JSON.stringify({ ...event, data: null })],
    ['not_an_event', JSON.stringify({ ...event, typeversion: 0 })],
    ['unknown_type', JSON.stringify({ ...event, type: 'message.exploded' })],
    ['unknown_type', JSON.stringify({ ...event, type: 'constructor' })],
    ['newer_version', JSON.stringify({ ...event, typeversion: 99 })],
    ['newer_version', JSON.stringify({ ...event, typeversion: undefined })],
  ])('parseEvent reports %s for %s', (reason, payload) =>
    expect(parseEvent(payload)).toEqual({ ok: false, reason }),
  );

  it('parseEvent converts an event of a past version into the current one', () => {
    const past = { ...event, type: 'message.created', data: { ...event.data, content: 'hi' } };
    expect(parseEvent(JSON.stringify(past))).toMatchObject({
      ok: true,
      event: { ...past, typeversion: EVENT_VERSIONS['message.created'], data: { content: 'hi', poll: null } },
    });
  });

  it('parseEvent never throws, whatever the log holds', () => {
    fc.assert(fc.property(fc.oneof(fc.string(), fc.json()), (payload) => void parseEvent(payload)));
  });
});

describe('eventSubject', () => {
  it('eventSubject builds a subject from partition, guild, channel and type', () =>
    expect(eventSubject(event, 8)).toBe('discord.4.1.2.message.deleted'));

  it('eventSubject puts a dash into the subject where there is no channel', () =>
    expect(eventSubject({ guildid: '1', type: 'guild.updated' }, 8)).toBe('discord.4.1.-.guild.updated'));
});
