import type { IsoTime } from '../formats.js';
import type { Snowflake } from '../snowflake.js';
import type { Described } from './field-types.js';
import type { MessageState } from './message-events.js';
import type { ReactionCount } from './reaction-events.js';

/** When an export was made, as far as it says so. */
interface Exported {
  /** ISO 8601, UTC; null: the export does not say. */
  exportedAt: IsoTime | null;
}

/** A message of an export, with the reactions that it had then. Everything that was observed takes precedence (ADR 54). */
export type ImportedMessage = MessageState &
  Exported & {
    /** Users only if the export names them; absent: none. */
    reactions?: ReactionCount[];
  };

interface ImportedChannelFields {
  id: Snowflake;
  guildId: Snowflake;
  name: string;
  /** Discord's channel type number. */
  channelType: number;
  topic: string | null;
  /** The category of a channel, or the channel of a thread. */
  parentId: Snowflake | null;
}

/** The channel or thread of an export. It counts only while nothing else describes the channel. */
export type ImportedChannel = Described<ImportedChannelFields, 'id' | 'guildId' | 'name' | 'channelType'> &
  Exported;

/** What an import of an export writes; types of their own, so that its user may publish nothing else. */
export interface ImportEvents {
  'message.imported': ImportedMessage;
  'channel.imported': ImportedChannel;
  /** Everything of a file of this channel that is imported is before this event in the log. */
  'import.completed': { guildId: Snowflake; channelId: Snowflake; messages: number };
}
