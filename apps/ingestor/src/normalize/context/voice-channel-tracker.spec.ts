import fc from 'fast-check';
import { isSnowflake, type RelayEvent, type Snowflake } from '@discord-relay/contracts';
import { normalize } from '../normalize.js';
import { dispatch, guild, GUILD_ID, USER_ID } from '../../testing/dispatches.js';
import { ShardVoiceTracker, VoiceChannelTracker } from './voice-channel-tracker.js';

const LOBBY = '1100000000000000020';
const STAGE = '1100000000000000021';
const context = { receivedAt: '2025-03-01T10:00:01.000Z', shardId: 0, sessionId: 'abc' };
const voiceState = (channelId: string | null, changes = {}) => ({
  guild_id: GUILD_ID,
  channel_id: channelId,
  user_id: USER_ID,
  member: { user: { id: USER_ID, username: 'ada', avatar: 'a' } },
  self_mute: true,
  ...changes,
});

/** Records dispatches one after another, as the ingestor does. */
function recording() {
  const channels = new VoiceChannelTracker();
  let sequence = 0;
  return (t: string, d: unknown) => {
    const result = normalize(dispatch(t, d, ++sequence), { ...context, voiceChannelOf: channels.channelOf });
    if (!result.ok) throw new Error(result.reason);
    result.events.forEach((event) => channels.apply(event));
    return result.events.filter(({ type }) => type.startsWith('voice.'));
  };
}

describe('voice', () => {
  it('voice events distinguish join, change, move and leave by where the user was', () => {
    const record = recording();
    const state = (channelId: string | null) => record('VOICE_STATE_UPDATE', voiceState(channelId))[0]!;
    expect(state(LOBBY)).toMatchObject({
      type: 'voice.joined',
      channelid: LOBBY,
      data: { guildId: GUILD_ID, channelId: LOBBY, userId: USER_ID, username: 'ada', avatar: 'a' },
    });
    expect(state(LOBBY)).toMatchObject({ type: 'voice.updated', data: { state: { selfMute: true } } });
    expect(state(STAGE)).toMatchObject({
      type: 'voice.moved',
      channelid: STAGE,
      data: { fromChannelId: LOBBY, channelId: STAGE },
    });
    expect(state(null)).toMatchObject({
      type: 'voice.left',
      channelid: STAGE,
      data: { guildId: GUILD_ID, channelId: null, fromChannelId: STAGE, userId: USER_ID },
    });
    expect(state(null).data).toMatchObject({ fromChannelId: null });
  });

  it('the users in rooms at the start of the session are known, with the listed names', () => {
    const record = recording();
    const members = [{ user: { id: USER_ID, username: 'ada', avatar: null }, roles: [] }];
    const voice_states = [voiceState(LOBBY, { guild_id: undefined, member: undefined })];
    expect(record('GUILD_CREATE', guild({ members, voice_states }))).toMatchObject([
      { type: 'voice.joined', data: { channelId: LOBBY, username: 'ada' } },
    ]);
    expect(record('VOICE_STATE_UPDATE', voiceState(STAGE))).toMatchObject([{ type: 'voice.moved' }]);
  });

  it('a guild that is left and users who are not listed are dropped; a missing list says nothing', () => {
    const channels = new VoiceChannelTracker();
    const ids = [GUILD_ID, USER_ID].filter(isSnowflake) as [Snowflake, Snowflake];
    const record = (t: string, d: unknown) => {
      const result = normalize(dispatch(t, d), context);
      if (result.ok) result.events.forEach((event) => channels.apply(event));
    };
    for (const [t, d, room] of [
      ['GUILD_CREATE', guild({ voice_states: [] }), null],
      ['GUILD_CREATE', guild(), LOBBY],
      ['GUILD_CREATE', guild({ voice_states: [{ user_id: 5 }] }), LOBBY],
      ['GUILD_CREATE', guild({ voice_states: [{ user_id: USER_ID }] }), LOBBY],
      ['GUILD_DELETE', { id: GUILD_ID }, null],
    ] as const) {
      record('VOICE_STATE_UPDATE', voiceState(LOBBY));
      expect(channels.channelOf(...ids)).toBe(LOBBY);
      record(t, d);
      expect(channels.channelOf(...ids)).toBe(room);
    }
  });

  it('a voice dispatch has one id, whatever was known when it came: the log drops a repeated one', () => {
    const given = (voiceChannelOf: () => Snowflake | null) => {
      const result = normalize(dispatch('VOICE_STATE_UPDATE', voiceState(LOBBY)), {
        ...context,
        voiceChannelOf,
      });
      return result.ok ? result.events.map(({ id }) => id) : [];
    };
    expect(given(() => STAGE as Snowflake)).toEqual(given(() => null));
    expect(given(() => LOBBY as Snowflake)).toEqual(['voice.state:abc:7:0']);
  });
});

describe('the rooms of a shard', () => {
  const [guildId, userId] = [GUILD_ID, USER_ID].filter(isSnowflake) as [Snowflake, Snowflake];

  function see(
    voice: ShardVoiceTracker,
    sequence: number,
    channelId: string | null,
    sessionId = 'abc',
  ): RelayEvent {
    const update = dispatch('VOICE_STATE_UPDATE', voiceState(channelId), sequence);
    const result = normalize(update, { ...context, sessionId, voiceChannelOf: voice.channelOf });
    if (!result.ok) throw new Error(result.reason);
    voice.apply(result.events[0]!);
    return result.events[0]!;
  }
  const safeRoom = (voice: ShardVoiceTracker) => voice.safeChannels(guildId).get(userId) ?? null;

  it('the rooms of a shard are safe only up to the sequence in the log', () => {
    const voice = new ShardVoiceTracker();
    see(voice, 1, LOBBY);
    see(voice, 2, STAGE);
    expect([safeRoom(voice), voice.channelOf(guildId, userId)]).toEqual([null, STAGE]);
    voice.markSafe({ sessionId: 'abc', sequence: 1 });
    expect([safeRoom(voice), voice.channelOf(guildId, userId)]).toEqual([LOBBY, STAGE]);
    expect([...voice.dirty]).toEqual([guildId]);
  });

  it('the rooms of a shard are written only where something changed', () => {
    const voice = new ShardVoiceTracker();
    see(voice, 1, LOBBY);
    voice.markSafe({ sessionId: 'abc', sequence: 1 });
    voice.dirty.clear();
    expect(see(voice, 2, LOBBY).type).toBe('voice.updated');
    voice.markSafe({ sessionId: 'abc', sequence: 2 });
    expect(voice.dirty.size).toBe(0);
  });

  it('rooms of the previous session are stored once a sequence of the next session is stored, however small', () => {
    const voice = new ShardVoiceTracker();
    see(voice, 900, LOBBY);
    see(voice, 3, STAGE, 'next');
    voice.markSafe({ sessionId: 'next', sequence: 2 });
    expect(safeRoom(voice)).toBe(LOBBY);
  });

  it('the rooms of a shard give a repeated dispatch the same result, and end up right after a newer state', () => {
    const walk = fc.array(fc.constantFrom(LOBBY, STAGE, null), { minLength: 1, maxLength: 12 });
    fc.assert(
      fc.property(walk, fc.nat(), fc.nat(), (rooms, first, second) => {
        const [storedAt, resumedAt] = [first % (rooms.length + 1), second % (rooms.length + 1)].sort(
          (a, b) => b - a,
        ) as [number, number];
        const voice = new ShardVoiceTracker();
        const before = rooms.map((room, i) => see(voice, i + 1, room));
        voice.markSafe({ sessionId: 'abc', sequence: storedAt });
        const next = new ShardVoiceTracker();
        next.restore(guildId, voice.safeChannels(guildId));
        const again = rooms.slice(resumedAt).map((room, i) => see(next, resumedAt + i + 1, room));
        expect(again.map(({ id }) => id)).toEqual(before.slice(resumedAt).map(({ id }) => id));
        // The log drops repetitions of events that it has; everything else must be the same.
        expect(again.slice(storedAt - resumedAt)).toEqual(before.slice(storedAt));
        expect(next.channelOf(guildId, userId)).toBe(voice.channelOf(guildId, userId));
      }),
    );
  });
});
