import { messagePayload } from '../../payloads/message-payload.js';
import type { Session } from '../../gateway/sessions/session.js';
import type { ChannelRecord } from '../../state/model/records.js';
import type { Snowflake } from '../../state/model/snowflakes.js';
import type { World } from '../../state/world.js';
import type { Scenario } from '../scenario/scenario.js';

/** The current world without its messages. */
export function worldView(world: World) {
  return {
    bot: world.bot,
    users: [...world.users.values()],
    guilds: [...world.guilds.values()].map((guild) => ({
      id: guild.id,
      name: guild.name,
      unavailable: guild.unavailable,
      roles: guild.roles,
      threads: [...world.threads.all()].filter(({ guildId }) => guildId === guild.id),
      voice: world.voice.of(guild.id),
      channels: world.channelsOf(guild.id).map((channel) => channelView(world, channel)),
    })),
  };
}

/** `messageCount` counts stored messages, `forgotten` counts messages that were dropped because of the limit. */
export function channelView(world: World, channel: ChannelRecord) {
  const history = world.history(channel.id);
  return { ...channel, messageCount: history.size, forgotten: history.forgotten };
}

/** Every stored message of a channel, oldest first, in REST's form. */
export function messagesView(world: World, channelId: Snowflake) {
  const history = world.history(channelId);
  return {
    channelId,
    forgotten: history.forgotten,
    messages: history.all().map((message) => messagePayload(world, message)),
  };
}

export function sessionView(session: Session) {
  return {
    id: session.id,
    shard: session.terms.shard,
    intents: session.terms.intents,
    connected: session.connected !== null,
    userAgent: session.userAgent,
    seq: session.seq,
    heartbeatSeq: session.heartbeatSeq,
    bufferSize: session.buffer.size,
    socketBufferBytes: session.connected?.bufferedBytes ?? 0,
    resumes: session.resumes,
    createdAtMs: Math.floor(session.createdAtMs),
    disconnectedAtMs: session.disconnectedAtMs && Math.floor(session.disconnectedAtMs),
  };
}

export function scenarioView(scenario: Scenario) {
  const {
    channelIds,
    authorIds: _authors,
    channels: _channels,
    authors: _count,
    ...settings
  } = scenario.settings;
  return {
    id: scenario.id,
    running: scenario.endedAtMs === null,
    startedAtMs: scenario.startedAtMs,
    endedAtMs: scenario.endedAtMs,
    settings: { ...settings, channelIds },
    progress: scenario.progress,
  };
}
