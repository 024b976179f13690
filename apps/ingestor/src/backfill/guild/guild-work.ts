import type { Snowflake } from '@discord-relay/contracts';
import type { Logger } from '@discord-relay/platform';
import type { HistoryWriter } from '../compare/history-writer.js';
import type { KnownMessages } from '../compare/known-messages.js';
import type { BackfillLimits, GapBounds, GuildGap } from '../gaps/gap.js';
import type { Omissions } from '../gaps/omissions.js';
import type { HistoryApi } from '../rest/history-api.js';
import type { HistoryRequestError } from '../rest/history-request-error.js';

/** What the channels of a guild share while its gap is filled. */
export interface GuildWork {
  gap: GuildGap;
  bounds: GapBounds;
  limits: BackfillLimits;
  known: KnownMessages;
  api: HistoryApi;
  writer: HistoryWriter;
  logger: Logger;
  omissions: Omissions;
  /** What has to be tried again; everything else goes on meanwhile. */
  failures: HistoryRequestError[];
  /** Reports messages that were read and are in the log. */
  onRead(messages: number): void;
  /** Stores the gap as it is now. */
  save(): Promise<void>;
}

export interface HistoryChannel {
  id: Snowflake;
  /** May name a message that is gone. */
  lastMessageId: Snowflake | null;
}
