import type { ChannelRecord, GuildRecord, MessageRecord, UserRecord } from './records.js';
import type { Snowflake } from './snowflakes.js';

/** `history` facts happened before the simulator's first start: recorded, never dispatched. */
export type FactOrigin = 'live' | 'history';

/** Everything that can happen in the world. Records are the state right after the change. */
export type FactBody =
  | { kind: 'user.created'; user: UserRecord }
  | { kind: 'guild.created' | 'guild.updated' | 'guild.available' | 'guild.unavailable'; guild: GuildRecord }
  | { kind: 'guild.deleted'; guild: GuildRecord }
  | { kind: 'channel.created' | 'channel.updated' | 'channel.deleted'; channel: ChannelRecord }
  | { kind: 'message.created' | 'message.updated'; message: MessageRecord; channel: ChannelRecord }
  | { kind: 'message.deleted'; messageId: Snowflake; channel: ChannelRecord }
  | { kind: 'message.bulk_deleted'; messageIds: Snowflake[]; channel: ChannelRecord };

/** `atMs`: epoch milliseconds with a fraction. */
export type Fact = FactBody & { atMs: number; origin: FactOrigin };
export type FactKind = Fact['kind'];
