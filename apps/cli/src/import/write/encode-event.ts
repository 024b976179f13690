import { hash } from 'node:crypto';
import {
  EVENT_VERSIONS,
  eventSubject,
  type ImportedChannel,
  type ImportedMessage,
  type ImportEvents,
  type Snowflake,
} from '@discord-relay/contracts';
import type { EncodedEvent } from './event-publisher.js';
import type { ImportLog } from './import-log.js';

/** Characters of a digest: 96 bits. */
const DIGEST_CHARS = 16;

/** The event of an imported message: it happened when the message was written. */
export function encodeMessage(message: ImportedMessage, log: ImportLog): EncodedEvent {
  const place = { guildId: message.guildId, channelId: message.channelId, time: message.createdAt };
  return encode('message.imported', message.id, place, message, log);
}

/** The event of the channel of an export: it happened when the export was made, if the export says so. */
export function encodeChannel(channel: ImportedChannel, log: ImportLog): EncodedEvent {
  const place = { guildId: channel.guildId, channelId: channel.id, time: channel.exportedAt ?? undefined };
  return encode('channel.imported', channel.id, place, channel, log);
}

/** The end of the import of a file; `last`: the last event before it. */
export function encodeCompletion(
  { guildId, channelId }: Place,
  messages: number,
  last: EncodedEvent,
  log: ImportLog,
): EncodedEvent {
  const place = { guildId, channelId };
  return encode('import.completed', last.id, place, { ...place, messages }, log);
}

interface Place {
  guildId: Snowflake;
  channelId: Snowflake;
  /** When it happened; undefined: now. */
  time?: string | undefined;
}

/** The time of the export, which the readers put first. */
const EXPORTED_AT = /^\{"exportedAt":(?:null|"[^"]*"),/;

/**
 * The id contains a digest of the data without the time of the export, so that a message has the same event in every export that shows
 * it alike.
 */
function encode(
  type: keyof ImportEvents,
  entityId: string,
  { guildId, channelId, time }: Place,
  data: object,
  log: ImportLog,
): EncodedEvent {
  const json = JSON.stringify(data);
  const digest = hash('sha1', json.replace(EXPORTED_AT, ''), 'base64url').slice(0, DIGEST_CHARS);
  const id = `${type}:${entityId}:${digest}`;
  const receivedat = new Date(log.nowMs()).toISOString();
  const envelope = JSON.stringify({
    specversion: '1.0',
    id,
    source: 'discord-import',
    type,
    typeversion: EVENT_VERSIONS[type],
    time: time ?? receivedat,
    receivedat,
    datacontenttype: 'application/json',
    guildid: guildId,
    channelid: channelId,
    shardid: 0,
    sessionid: 'import',
    discordseq: 0,
  });
  // The data are encoded once, although the digest and the event need them.
  const payload = Buffer.from(`${envelope.slice(0, -1)},"data":${json}}`);
  return {
    id,
    subject: eventSubject({ guildid: guildId, channelid: channelId, type }, log.partitions),
    payload,
  };
}
