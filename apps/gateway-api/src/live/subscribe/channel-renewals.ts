import { AppError } from '@discord-relay/contracts';
import { CoalescingQueue } from '@discord-relay/platform';
import { ChannelRenewal, type RenewalServices, type RenewalMember } from './channel-renewal.js';

/** Number of channels that are read at a time. Live delivery of a channel pauses while it is read. */
const READ_AT_A_TIME = 4;

interface Group {
  members: RenewalMember[];
  /** Resolves to the members that lost access. */
  done: Promise<ReadonlySet<RenewalMember>>;
}

/** Collects the subscribers that need a new snapshot of the same channel, and serves them together. */
export class ChannelRenewals {
  private readonly collecting = new Map<string, Group>();
  private readonly reading = new CoalescingQueue(READ_AT_A_TIME);
  private started = 0;

  constructor(private readonly services: RenewalServices) {}

  /**
   * Resolves when the member has the snapshot, without a hole or a repetition, or has left the channel.
   * @throws AppError `CHANNEL.NOT_FOUND` when it lost access; after any error it is not subscribed
   */
  async renew(channelId: string, member: RenewalMember): Promise<void> {
    const group = this.collecting.get(channelId) ?? this.collect(channelId);
    group.members.push(member);
    const refused = await group.done;
    if (refused.has(member)) throw new AppError('CHANNEL.NOT_FOUND');
  }

  private collect(channelId: string): Group {
    const members: RenewalMember[] = [];
    const done = new Promise<ReadonlySet<RenewalMember>>((resolve, reject) =>
      this.reading.add(members, () => this.renewAll(channelId, members).then(resolve, reject)),
    );
    const group = { members, done };
    this.collecting.set(channelId, group);
    return group;
  }

  private async renewAll(
    channelId: string,
    members: readonly RenewalMember[],
  ): Promise<ReadonlySet<RenewalMember>> {
    const { reader } = this.services;
    const channel = await reader.findChannel(channelId).finally(() => this.collecting.delete(channelId));
    return new ChannelRenewal(this.services, channel, `n:${++this.started}`).run(members);
  }
}
