import { AppError } from '@discord-relay/contracts';
import { ChannelRenewal, type RenewalServices, type RenewalMember } from './channel-renewal.js';
import { CoalescingQueue } from '../../limits/paced-work.js';

/** Channels that are read at the same time: nothing comes to those who follow one while it is. */
const READ_AT_A_TIME = 4;

interface Group {
  members: RenewalMember[];
  /** Resolves to those who may not read the channel any more. */
  done: Promise<ReadonlySet<RenewalMember>>;
}

/** Gathers those who are to be sent the same channel anew, so that it is done for all of them at once. */
export class ChannelRenewals {
  private readonly collecting = new Map<string, Group>();
  private readonly reading = new CoalescingQueue(READ_AT_A_TIME);
  private started = 0;

  constructor(private readonly services: RenewalServices) {}

  /**
   * Resolves when the member was sent the channel, without a hole or a repetition on the way, or had left it.
   * @throws AppError `CHANNEL.NOT_FOUND` when they may not read it; then, and whenever it fails, it is not followed
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
