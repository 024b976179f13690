import { setTimeout as sleep } from 'node:timers/promises';
import { until } from '@discord-relay/local-stack';
import { requestProjector } from '../stacks/request-projector.js';
import { dueFacts } from '../ledger/message-facts.js';
import { RecordingClient } from '../clients/recording-client.js';
import { settled, reportDifference } from '../ledger/settle.js';
import type { TempStack } from '../stacks/temp-stack.js';

export interface RebuildLoad {
  clients: number;
  messagesPerSecond: number;
  /** Switches to the new projection and back. */
  rounds: number;
  /** How long each of them stays under load. */
  stayMs: number;
  seed: number;
  progress: (line: string) => void;
}

export interface RebuildFigures {
  requests: number;
  requestsFailed: number;
  facts: number;
  missed: number;
  doubled: number;
  /** The longest time of a message to a client before the switches. */
  slowestBeforeMs: number;
  /** The longest time of a message to a client around the switches: the pause that users notice. */
  switchPauseMs: number;
  /** The longest time without a commit. */
  commitPauseMs: number;
  comparisons: number;
  unequal: number;
  /** Clients that did not get new snapshots after every switch. */
  clientsNotRenewed: number;
}

const CHANNELS = ['alpha', 'beta', 'gamma', 'delta'];
const SETTLE_MS = 60_000;

/** Builds, compares, switches and goes back under load, each client in one channel, and compares everything with the ledger. */
export async function rebuildUnderLoad(temp: TempStack, load: RebuildLoad): Promise<RebuildFigures> {
  const { sim, stack } = temp;
  const guild = await sim.createGuild(
    'Rebuild',
    CHANNELS.map((name) => ({ name })),
  );
  const channelIds = guild.channels.map(({ id }) => id);
  const clients = Array.from({ length: load.clients }, () => new RecordingClient(temp.url, temp.token));
  const channelOf = (i: number) => channelIds[i % channelIds.length]!;
  const joined = () => Promise.all(clients.map((client, i) => client.follow([channelOf(i)])));
  await until('channels projected', SETTLE_MS, () => joined().then(() => true));
  const requests = keepRequesting(temp, channelIds);
  const { messagesPerSecond, seed } = load;
  const scenario = await sim.startScenario({
    messagesPerSecond,
    seed,
    channelIds,
    editRatio: 0.15,
    deleteRatio: 0.05,
  });
  await sleep(load.stayMs);
  const slowestBeforeMs = slowest(clients);
  for (const client of clients) client.slowestMs = 0;
  const done = await rounds(stack.natsUrl, load);
  const switchPauseMs = slowest(clients);
  await sim.stopScenario(scenario.id);
  const requestFigures = await requests.stop();
  const entries = (await sim.ledger()).filter(({ kind }) => kind.startsWith('message.'));
  const account = { facts: 0, missed: 0, doubled: 0 };
  for (const [i, client] of clients.entries()) {
    const due = dueFacts(entries.filter(({ channelId }) => channelId === channelOf(i)));
    const found = await settled(() => client.tally, due, SETTLE_MS);
    if (found.lost.length + found.doubled.length > 0) reportDifference(load.progress, `client ${i}`, found);
    account.facts += due.size;
    account.missed += found.lost.length;
    account.doubled += found.doubled.length;
  }
  const clientsNotRenewed = clients.filter((client) => client.renewals < 2 * load.rounds).length;
  for (const client of clients) client.close();
  return { ...requestFigures, ...account, slowestBeforeMs, switchPauseMs, ...done, clientsNotRenewed };
}

const slowest = (clients: RecordingClient[]) => Math.max(...clients.map(({ slowestMs }) => slowestMs));

async function rounds(natsUrl: string, { rounds, stayMs, progress }: RebuildLoad) {
  const { version } = await requestProjector(natsUrl, 'projections.rebuild');
  const found = { commitPauseMs: 0, comparisons: 0, unequal: 0 };
  const compare = async (other: number) => {
    const comparison = await requestProjector(natsUrl, 'projections.compare', { version: other });
    found.comparisons += 1;
    if (comparison.equal) return;
    found.unequal += 1;
    progress(JSON.stringify(comparison.tables.filter(({ equal }) => !equal)));
  };
  for (let round = 0; round < rounds; round++) {
    const there = await until('built', SETTLE_MS, () =>
      requestProjector(natsUrl, 'projections.switch', { version }),
    );
    progress(`round ${round + 1} of ${rounds}: switched, ${there.pauseMs} ms without a commit`);
    await sleep(stayMs);
    await compare(there.from);
    const back = await requestProjector(natsUrl, 'projections.rollback');
    progress(`round ${round + 1} of ${rounds}: rolled back, ${back.pauseMs} ms without a commit`);
    await sleep(stayMs);
    await compare(version);
    found.commitPauseMs = Math.max(found.commitPauseMs, there.pauseMs, back.pauseMs);
  }
  return found;
}

/** A viewer without a socket, who reads page after page. */
function keepRequesting({ url, token }: TempStack, channelIds: readonly string[]) {
  const counts = { requests: 0, requestsFailed: 0 };
  let requesting = true;
  const request = async () => {
    while (requesting) {
      const path = `/api/v1/channels/${channelIds[counts.requests % channelIds.length]}/messages?limit=20`;
      const headers = { authorization: `Bearer ${token}` };
      const ok = await fetch(url + path, { headers }).then(
        async (response) => (await response.text()) !== '' && response.ok,
        () => false,
      );
      counts.requests += 1;
      if (!ok) counts.requestsFailed += 1;
      await sleep(20);
    }
  };
  const all = Promise.all([request(), request()]);
  return {
    stop: async () => {
      requesting = false;
      await all;
      return counts;
    },
  };
}
