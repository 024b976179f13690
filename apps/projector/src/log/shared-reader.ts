import type { Logger } from '@discord-relay/platform';
import type { JetStreamClient, JsMsg } from '@nats-io/jetstream';
import type { Inbox } from './batch-buffer.js';
import { entryOf, type LogEntry } from './log-entry.js';
import { OrderedMessages, type ReadingEnd } from './ordered-log-consumer.js';

/** How long the first partition that is far behind waits for others. */
const GATHER_MS = 250;
/** Partitions whose checkpoints are further apart than this do not read together: one would wait for the other. */
const SPREAD_EVENTS = 50_000;
/** So near the end of the log each partition reads for itself again. */
const HAND_OVER_EVENTS = 2_000;

export interface Member {
  partition: number;
  afterSeq: number;
  /** Messages of the partition behind `afterSeq`. */
  pending: number;
  inbox: Inbox<LogEntry>;
  signal: AbortSignal;
}

/** Where the member has to go on; unless `stopped`, by way of the log doctor. */
export interface Outcome {
  afterSeq: number;
  end: ReadingEnd;
}

interface Joined extends Member {
  /** The newest message is kept back, and read again alone: only there it is known what is behind it. */
  held: JsMsg | undefined;
  leave: (end: ReadingEnd) => void;
}

/**
 * Reads the log once for all partitions that are far behind and not far apart. A consumer with a filter costs the
 * server as much for a message that it passes over as for one that it sends: eight of them cost five times one without.
 */
export class SharedReading {
  private waiting: Joined[] = [];
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly js: JetStreamClient,
    private readonly partitions: number,
    private readonly logger: Logger,
    private readonly stallMs?: number,
  ) {}

  /** Fills the member's inbox as far as the company lasts; never the partition's last message. */
  join(member: Member): Promise<Outcome> {
    return new Promise((resolve) => {
      const joined: Joined = {
        ...member,
        held: undefined,
        leave: (end) => resolve({ afterSeq: joined.afterSeq, end }),
      };
      this.waiting.push(joined);
      if (this.waiting.length === this.partitions) this.begin();
      else this.timer ??= setTimeout(() => this.begin(), GATHER_MS);
    });
  }

  private begin(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    const { waiting } = this;
    this.waiting = [];
    const first = Math.min(...waiting.map((each) => each.afterSeq));
    const near = waiting.filter((each) => each.afterSeq - first <= SPREAD_EVENTS && !each.signal.aborted);
    const together = this.pays(near.length) ? near : [];
    for (const each of waiting) if (!together.includes(each)) each.leave('stopped');
    if (together.length > 0) void this.read(together, first);
  }

  /** What is of no member's is read for nothing. */
  private pays(members: number): boolean {
    return members > 1 && members * 2 >= this.partitions;
  }

  private async read(members: Joined[], afterSeq: number): Promise<void> {
    const end = await this.readLog(members, afterSeq).catch((err: unknown) => {
      this.logger.warn({ err }, 'partitions could not read the log together');
      return 'shaken' as const;
    });
    for (const member of members) member.leave(end);
  }

  private async readLog(members: Joined[], afterSeq: number): Promise<ReadingEnd> {
    const from = { afterSeq, name: 'projector_all', stallMs: this.stallMs };
    const messages = await OrderedMessages.open(this.js, from, this.logger);
    try {
      return await this.deliver(messages, members);
    } finally {
      await messages.close();
    }
  }

  private async deliver(messages: OrderedMessages, members: Joined[]): Promise<ReadingEnd> {
    const memberOf = new Map(members.map((member) => [String(member.partition), member]));
    const left = (member: Joined) => () => {
      memberOf.delete(String(member.partition));
      member.leave('stopped');
      if (!this.pays(memberOf.size)) messages.stop();
    };
    for (const member of members) {
      if (member.signal.aborted) left(member)();
      else member.signal.addEventListener('abort', left(member), { once: true });
    }
    return await messages.each((message) => {
      if (message.info.pending <= HAND_OVER_EVENTS) messages.stop();
      const member = memberOf.get(partitionIn(message.subject));
      return member && hand(member, message);
    });
  }
}

function hand(member: Joined, message: JsMsg): Promise<void> | undefined {
  if (message.seq <= member.afterSeq) return undefined;
  const { held } = member;
  member.held = message;
  if (!held) return undefined;
  member.afterSeq = held.seq;
  member.pending = Math.max(1, member.pending - 1);
  return member.inbox.put(entryOf(held, member.pending));
}

/** `discord.<partition>.…` */
function partitionIn(subject: string): string {
  const start = subject.indexOf('.') + 1;
  return subject.slice(start, subject.indexOf('.', start));
}
