import { until } from '@discord-relay/local-stack';
import type { CrowdAccount, CrowdAnswer, CrowdCommand, CrowdDelivery, CrowdRequest } from './crowd.js';
import { dueFacts, type Tally } from '../ledger/message-facts.js';
import { ON_TIME, RecordingClient } from './recording-client.js';
import { settled, reportDifference } from '../ledger/settle.js';
import type { LedgerEntry } from '../discord/sim-client.js';
import { answerCommands } from '../processes/worker-process.js';

const JOINING_AT_A_TIME = 50;
const PATIENCE_MS = 90_000;

interface Member {
  client: RecordingClient;
  channelIds: readonly string[];
}

const members: Member[] = [];

async function follow({ url, token, channelIds, clients: count }: CrowdRequest): Promise<void> {
  for (let left = count; left > 0; left -= JOINING_AT_A_TIME) {
    const length = Math.min(JOINING_AT_A_TIME, left);
    const some = Array.from({ length }, () => new RecordingClient(url, token));
    members.push(...some.map((client) => ({ client, channelIds })));
    const join = () => Promise.all(some.map((client) => client.follow(channelIds)));
    await until('joined', PATIENCE_MS, () => join().then(() => true));
  }
}

const delivery = (): CrowdDelivery => ({
  late: {
    fromMs: Math.min(...members.map(({ client }) => client.late.fromMs)),
    untilMs: Math.max(...members.map(({ client }) => client.late.untilMs)),
  },
  newestMs: Math.min(...members.map(({ client }) => client.newestMs)),
});

/** The facts of each set of channels; many clients follow the same ones. */
function dueByChannels(entries: readonly LedgerEntry[]): Map<string, Tally> {
  const lists = new Map(members.map(({ channelIds }) => [channelIds.join(), channelIds]));
  const factsOf = (channelIds: readonly string[]) =>
    dueFacts(entries.filter(({ channelId }) => channelIds.includes(channelId!)));
  return new Map([...lists].map(([key, channelIds]) => [key, factsOf(channelIds)]));
}

async function account(entries: readonly LedgerEntry[]): Promise<CrowdAccount> {
  const dues = dueByChannels(entries);
  const sum = { missed: 0, doubled: 0, resnapshots: 0, reconnects: 0, neverMoved: 0 };
  const reports: string[] = [];
  const untilMs = performance.now() + PATIENCE_MS;
  for (const [i, { client, channelIds }] of members.entries()) {
    const due = dues.get(channelIds.join())!;
    const { lost, doubled } = await settled(() => client.tally, due, untilMs - performance.now());
    if (reports.length < 10) reportDifference((line) => reports.push(line), `client ${i}`, { lost, doubled });
    sum.missed += lost.length;
    sum.doubled += doubled.length;
    sum.resnapshots += client.resnapshots;
    sum.reconnects += client.reconnects;
    sum.neverMoved += Number(client.reconnects === 0);
  }
  return { clients: members.length, ...sum, reports };
}

async function answer(command: CrowdCommand): Promise<CrowdAnswer> {
  if (command.kind === 'account') return account(command.entries);
  if (command.kind === 'delivery') return delivery();
  if (command.kind === 'follow') await follow(command.request);
  else for (const { client } of members) client.late = ON_TIME;
  return null;
}

answerCommands(answer);
