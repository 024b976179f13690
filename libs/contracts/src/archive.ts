import type { IsoTime } from './formats.js';
import type { RestGap } from './rest/rest-gaps.js';
import type { RestRevision } from './rest/rest-messages.js';
import type { RestMember, RestRole } from './rest/rest-places.js';
import type { Snowflake } from './snowflake.js';
import type { WireHistoryMessage } from './wire/wire-events.js';

/** A message of an HTML export. */
export interface ArchivedMessage {
  message: WireHistoryMessage;
  channel: ArchivedChannel;
  /** The contents that edits replaced, oldest first; empty: none, or the token may not read them. */
  earlier: readonly RestRevision[];
}

export interface ArchivedChannel {
  id: Snowflake;
  name: string;
  isThread: boolean;
  topic: string | null;
  /** Name of its category, or of the channel of the thread. */
  parentName: string | null;
}

/** The messages of one channel in a file. */
export interface ArchivedPart {
  channelId: Snowflake;
  channelName: string;
  /** Times of the first and the last message. */
  from: IsoTime;
  to: IsoTime;
  messages: number;
}

/** Names and colours as of the export, of roles and of the members who occur in messages. */
export interface ArchivePeople {
  /** Users of these messages who were not returned before; they are added with {@link add} if they are members. */
  missing(messages: readonly ArchivedMessage[]): string[];
  add(members: readonly RestMember[]): void;
}

export interface ArchivePageOptions {
  guildName: string;
  /** The sequence of the export. */
  seq: number;
  /** Number of the file; null: the export has only this one. */
  number: number | null;
  /** Relative addresses; null: there is none. */
  previous: string | null;
  index: string | null;
  people: ArchivePeople;
  /** Names of channels and threads by id. */
  channels: ReadonlyMap<string, string>;
  /** Oldest first. */
  gaps: readonly RestGap[];
  /** The last message before this file; null: it is the first file. */
  after: { channelId: string; messageId: string } | null;
}

/** One HTML file, in parts. The text depends on the messages alone, not on how they are divided between calls. */
export interface ArchivePage {
  add(messages: readonly ArchivedMessage[]): string;
  /** @param next address of the file that follows; null: this is the last one */
  end(next: string | null): string;
  readonly parts: readonly ArchivedPart[];
}

export interface ArchiveIndexOptions {
  guildName: string;
  seq: number;
  files: readonly { href: string; rows: number; parts: readonly ArchivedPart[] }[];
  gaps: readonly RestGap[];
}

/** The page's renderer for files that are read without the service: what `apps/web` builds beside the page (ADR 60). */
export interface ArchiveRenderer {
  people(roles: readonly RestRole[]): ArchivePeople;
  page(options: ArchivePageOptions): ArchivePage;
  index(options: ArchiveIndexOptions): string;
}
