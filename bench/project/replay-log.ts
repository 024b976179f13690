import { DEFAULT_PARTITIONS, eventSubject, partitionOf, type RelayEvent } from '@discord-relay/contracts';
import { seeded } from '@discord-relay/local-stack';
import { jetstream } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import { EventMix } from '../../test/support/load/event-mix.js';
import { createLog } from '../../test/support/stacks/projector-stack.js';

const GUILDS_PER_PARTITION = 3;
/** Number of events per acknowledgement: with one for each event, a million events would take a minute. */
const WINDOW = 2_000;

export interface LogSize {
  /** Number of events. */
  count: number;
  /** Minimum and maximum number of words of a message. */
  words?: readonly [least: number, most: number];
}

/** Writes a log of mixed events; returns the last stream sequence of each partition. */
export async function writeLog(
  connection: NatsConnection,
  { count, words }: LogSize,
  seed: number,
): Promise<number[]> {
  await createLog(connection);
  const mix = new EventMix(seeded(seed), DEFAULT_PARTITIONS, GUILDS_PER_PARTITION, words);
  const client = jetstream(connection);
  const lastSeqs: number[] = [];
  let waiting: RelayEvent[] = mix.opening();
  for (let written = 0; written < count; written += waiting.length, waiting = []) {
    while (waiting.length < Math.min(WINDOW, count - written)) waiting.push(mix.next());
    waiting.forEach(
      (event, i) => (lastSeqs[partitionOf(event.guildid, DEFAULT_PARTITIONS)] = written + i + 1),
    );
    const messages = waiting.map(
      (event) => [eventSubject(event, DEFAULT_PARTITIONS), JSON.stringify(event)] as const,
    );
    for (const message of messages.slice(0, -1)) connection.publish(...message);
    const { seq } = await client.publish(...messages.at(-1)!);
    if (seq !== written + waiting.length)
      throw new Error(`the log is at ${seq}, not at ${written + waiting.length}`);
  }
  return lastSeqs;
}
