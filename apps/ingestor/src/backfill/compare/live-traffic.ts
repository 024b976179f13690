import type { RelayEvent } from '@discord-relay/contracts';
import { Condition } from '@discord-relay/platform';

type Listener = (event: RelayEvent) => void;

/** Maximum number of kept events, because spooled events must not be in memory as well. */
const KEPT_MAX = 4_096;

/** The events of a guild that are not in the log yet. */
interface GuildTraffic {
  readonly kept: Set<RelayEvent>;
  /** Number of events beyond the limit, which are not kept. */
  others: number;
}

/** Passes live events to the backfill of a guild, starting with those that are not in the log yet. */
export class LiveTraffic {
  private readonly traffic = new Map<string, GuildTraffic>();
  private readonly listeners = new Map<string, Listener>();
  private readonly condition = new Condition();
  private length = 0;
  private kept = 0;

  constructor(private readonly keptMax = KEPT_MAX) {}

  /** Tracks an event until the log has it, which the caller reports with the returned function. */
  track(event: RelayEvent): () => void {
    const { guildid } = event;
    this.listeners.get(guildid)?.(event);
    const traffic = this.traffic.get(guildid) ?? { kept: new Set(), others: 0 };
    this.traffic.set(guildid, traffic);
    this.length++;
    const arrived = this.kept < this.keptMax ? this.keep(traffic, event) : countIn(traffic);
    return () => {
      arrived();
      this.length--;
      if (traffic.kept.size + traffic.others === 0) this.traffic.delete(guildid);
      this.condition.notify();
    };
  }

  /** Resolves when at most `length` events are not in the log yet. */
  whenAtMost(length: number): Promise<void> {
    return this.condition.until(() => this.length <= length);
  }

  /** Resolves when {@link subscribe} can pass on every event of the guild that is not in the log yet. */
  whenComplete(guildId: string): Promise<void> {
    return this.condition.until(() => this.isComplete(guildId));
  }

  /**
   * Calls `listener` with every event of the guild that is not in the log yet, and with each new one.
   * @returns a function that unsubscribes; undefined while not every event is kept, see {@link whenComplete}
   */
  subscribe(guildId: string, listener: Listener): (() => void) | undefined {
    if (!this.isComplete(guildId)) return undefined;
    for (const event of this.traffic.get(guildId)?.kept ?? []) listener(event);
    this.listeners.set(guildId, listener);
    return () => void this.listeners.delete(guildId);
  }

  private keep(traffic: GuildTraffic, event: RelayEvent): () => void {
    traffic.kept.add(event);
    this.kept++;
    return () => {
      traffic.kept.delete(event);
      this.kept--;
    };
  }

  private isComplete(guildId: string): boolean {
    return (this.traffic.get(guildId)?.others ?? 0) === 0;
  }
}

function countIn(traffic: GuildTraffic): () => void {
  traffic.others++;
  return () => void traffic.others--;
}
