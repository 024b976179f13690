import type { RelayEvent, Snowflake } from '@discord-relay/contracts';
import type { HistoryWriter } from './history-writer.js';
import type { KnownMessages } from './known-messages.js';
import type { LiveTraffic } from './live-traffic.js';
import type { LogIndex, LogWindow } from './log-index.js';

export interface KnownSources {
  index: LogIndex;
  live: LiveTraffic;
  writer: Pick<HistoryWriter, 'unlessStopped'>;
}

/**
 * Reads the messages of a guild from the log into `known`, and then keeps them up to date with live traffic. Events are applied in
 * their order: what arrives live during the end of the reading waits, because the log may still have older changes of the same
 * message.
 * @returns a function that ends the updates
 */
export async function followKnown(
  sources: KnownSources,
  window: LogWindow,
  known: KnownMessages,
  signal: AbortSignal,
): Promise<() => void> {
  const { index } = sources;
  // Most of the log is read before live events have to wait in memory.
  const after = await index.read(window, known, signal);
  const waiting: RelayEvent[] = [];
  let listener = (event: RelayEvent): void => void waiting.push(event);
  const unfollow = await subscribe(sources, window.guildId, (event) => listener(event));
  try {
    await index.read({ ...window, after }, known, signal);
  } catch (error) {
    unfollow();
    throw error;
  }
  for (const event of waiting) known.apply(event, true);
  listener = (event) => known.apply(event, true);
  return unfollow;
}

/** Subscribes to live events, including those that are not in the log yet; first waits until a large spool is in the log. */
async function subscribe(
  { live, writer }: KnownSources,
  guildId: Snowflake,
  listener: (event: RelayEvent) => void,
): Promise<() => void> {
  for (;;) {
    const unfollow = live.subscribe(guildId, listener);
    if (unfollow) return unfollow;
    await writer.unlessStopped(live.whenComplete(guildId));
  }
}
