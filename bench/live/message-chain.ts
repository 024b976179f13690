import { type Change, channelFeed, type Snowflake } from '@discord-relay/contracts';
import { CHANNEL, GUILD } from '@discord-relay/gateway-api/world';

/** Messages of one channel, each linked to the previous one, as a projector announces them. */
export class MessageChain {
  private seq: number;

  constructor(head: number) {
    this.seq = head;
  }

  next(): Change {
    const change = this.sample();
    this.seq = change.seq;
    return change;
  }

  /** An example of the next message. */
  sample(): Change {
    const prev = this.seq;
    const id = String(1_200_000_000_000_000_000n + BigInt(prev)) as Snowflake;
    const author = { id: '900000000000000001' as Snowflake, username: 'example-user' };
    return {
      kind: 'message',
      guildId: GUILD,
      channelId: CHANNEL,
      feed: channelFeed(CHANNEL),
      seq: prev + 1,
      prev,
      guildPrev: prev,
      body: {
        id,
        content: 'the queue is down again, can you look at it after lunch please',
        author,
        timestamp: '2026-01-02T03:04:05.678Z',
        editedTimestamp: null,
        pinned: false,
        revision: 0,
        channelId: CHANNEL,
        serverId: GUILD,
      },
    };
  }
}
