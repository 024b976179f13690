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
export function encodeMessage({ exportedAt, ...message }: ImportedMessage, log: ImportLog): EncodedEvent {
  const place = { guildId: message.guildId, channelId: message.channelId, time: message.createdAt };
  return encode('message.imported', message.id, place, { exportedAt }, message, log);
}

/** The event of the channel of an export: it happened when the export was made, if the export says so. */
export function encodeChannel({ exportedAt, ...channel }: ImportedChannel, log: ImportLog): EncodedEvent {
  const place = { guildId: channel.guildId, channelId: channel.id, time: exportedAt ?? undefined };
  return encode('channel.imported', channel.id, place, { exportedAt }, channel, log);
}

/** The end of the import of a file; `last`: the last event before it. */
export function encodeCompletion(
  { guildId, channelId }: Place,
  messages: number,
  last: EncodedEvent,
  log: ImportLog,
): EncodedEvent {
  const place = { guildId, channelId };
  return encode('import.completed', last.id, place, {}, { ...place, messages }, log);
}

interface Place {
  guildId: Snowflake;
  channelId: Snowflake;
  /** When it happened; undefined: now. */
  time?: string | undefined;
}

/**
 * An event with these data: `content`, and what is only true of one export. The id contains a digest of the content, so that a
 * message has the same event in every export that shows it alike.
 */
function encode(
  type: keyof ImportEvents,
  entityId: string,
  { guildId, channelId, time }: Place,
  ofExport: object,
  content: object,
  log: ImportLog,
): EncodedEvent {
  const json = JSON.stringify(content);
  const id = `${type}:${entityId}:${hash('sha1', json, 'base64url').slice(0, DIGEST_CHARS)}`;
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
    data: ofExport,
  });
  // The content is encoded once, although the digest and the event need it: `{…,"data":{…}}` and `{…}` become one text.
  const open = envelope.slice(0, -2);
  const text = `${open}${open.endsWith('{') ? '' : ','}${json.slice(1)}}`;
  const subject = eventSubject({ guildid: guildId, channelid: channelId, type }, log.partitions);
  return { id, subject, payload: Buffer.from(text) };
}
