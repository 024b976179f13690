import { until } from '@discord-relay/local-stack';
import type { CrowdAccount, CrowdAnswer, CrowdCommand, CrowdRequest } from './crowd.js';
import { dueFacts } from '../ledger/message-facts.js';
import { RecordingClient } from './recording-client.js';
import { settled, reportDifference } from '../ledger/settle.js';
import type { LedgerEntry } from '../discord/sim-client.js';
import { answerCommands } from '../processes/worker-process.js';

const JOINING_AT_A_TIME = 50;
const PATIENCE_MS = 90_000;

const clients: RecordingClient[] = [];

async function follow({ url, token, channelIds, clients: count }: CrowdRequest): Promise<void> {
  for (let left = count; left > 0; left -= JOINING_AT_A_TIME) {
    const length = Math.min(JOINING_AT_A_TIME, left);
    const some = Array.from({ length }, () => new RecordingClient(url, token));
    clients.push(...some);
    const join = () => Promise.all(some.map((client) => client.follow(channelIds)));
    await until('joined', PATIENCE_MS, () => join().then(() => true));
  }
}

async function account(entries: readonly LedgerEntry[]): Promise<CrowdAccount> {
  const due = dueFacts(entries);
  const sum = { missed: 0, doubled: 0, resnapshots: 0, reconnects: 0, neverMoved: 0 };
  const reports: string[] = [];
  const untilMs = performance.now() + PATIENCE_MS;
  for (const [i, client] of clients.entries()) {
    const { lost, doubled } = await settled(() => client.tally, due, untilMs - performance.now());
    if (reports.length < 10) reportDifference((line) => reports.push(line), `client ${i}`, { lost, doubled });
    sum.missed += lost.length;
    sum.doubled += doubled.length;
    sum.resnapshots += client.resnapshots;
    sum.reconnects += client.reconnects;
    sum.neverMoved += Number(client.reconnects === 0);
  }
  return { clients: clients.length, ...sum, reports };
}

async function answer(command: CrowdCommand): Promise<CrowdAnswer> {
  if (command.kind === 'account') return account(command.entries);
  await follow(command.request);
  return null;
}

answerCommands(answer);
