import type { Snowflake } from '@discord-relay/contracts';

export interface PollOp {
  model: 'polls';
  op: 'vote';
  messageId: Snowflake;
  channelId: Snowflake;
  guildId: Snowflake;
  answerId: number;
  userId: Snowflake;
  /** false: the vote was removed. */
  present: boolean;
}
