import type { ImportedChannel, IsoTime, Snowflake } from '@discord-relay/contracts';
import { MAX_CONTENT_CHARS } from '@discord-relay/contracts';
import { ImportFileError } from '../parse/import-file-error.js';
import { fieldsIn, idIn, isFields, textIn, timeIn } from './read-values.js';
import { CHANNEL_TYPES, DIRECT_TYPES, numberOf, THREAD_TYPES } from '@discord-relay/export';

/** What an export says about itself and its channel. */
export interface ExportHeader {
  guildId: Snowflake;
  channelId: Snowflake;
  /** null: the export does not say. */
  exportedAt: IsoTime | null;
  isThread: boolean;
  /** Category of the channel, or channel of the thread. */
  parentId: Snowflake | null;
  /** undefined: its type or its name is not known. */
  channel: ImportedChannel | undefined;
}

/** Reads the fields before the messages. @throws ImportFileError when they are not those of an export of a server's channel */
export function readHeader(fields: ReadonlyMap<string, unknown>): ExportHeader {
  const guild = fields.get('guild');
  const channel = fields.get('channel');
  if (!isFields(guild) || !isFields(channel)) throw foreign();
  const type = numberOf(CHANNEL_TYPES, channel.type);
  if (guild.id === '0' || (type !== undefined && DIRECT_TYPES.has(type)))
    throw new ImportFileError('contains direct messages: only messages of servers can be imported');
  const guildId = idIn(guild.id);
  const channelId = idIn(channel.id);
  if (!guildId || !channelId) throw foreign();
  const exportedAt = timeIn(fields.get('exportedAt')) ?? null;
  const parentId = idIn(channel.categoryId) ?? null;
  const name = textIn(channel.name, { dropped: 0 });
  const topic = textIn(fieldsIn(channel).topic, { dropped: 0 }, MAX_CONTENT_CHARS) ?? null;
  const known = { exportedAt, id: channelId, guildId, topic, parentId };
  return {
    ...{ guildId, channelId, exportedAt, parentId },
    isThread: type !== undefined && THREAD_TYPES.has(type),
    channel: type === undefined || name === undefined ? undefined : { ...known, name, channelType: type },
  };
}

const foreign = (): ImportFileError =>
  new ImportFileError(
    'is not an export of DiscordChatExporter: "guild" and "channel" with their ids are expected before "messages"',
  );
