import type { Snowflake } from '@discord-relay/contracts';
import type { Logger } from '@discord-relay/platform';
import type { HistoryWriter } from '../compare/history-writer.js';
import type { KnownMessages } from '../compare/known-messages.js';
import type { LiveDelay } from '../compare/live-delay.js';
import type { BackfillLimits, GapBounds, GuildGap } from '../gaps/gap.js';
import type { Omissions } from '../gaps/omissions.js';
import type { HistoryApi } from '../rest/history-api.js';
import type { HistoryRequestError } from '../rest/history-request-error.js';

/** The state that the channels of a guild share while its gap is filled. */
export interface GuildWork {
  gap: GuildGap;
  bounds: GapBounds;
  limits: BackfillLimits;
  known: KnownMessages;
  api: HistoryApi;
  writer: HistoryWriter;
  liveDelay: LiveDelay;
  logger: Logger;
  omissions: Omissions;
  /** Failures after which something has to be retried; everything else continues. */
  failures: HistoryRequestError[];
  /** Reports messages that were read and are in the log. */
  onRead(messages: number): void;
  /** Stores the gap with its current progress. */
  save(): Promise<void>;
}

export interface HistoryChannel {
  id: Snowflake;
  /** May be the id of a deleted message. */
  lastMessageId: Snowflake | null;
}
