import { setTimeout as sleep } from 'node:timers/promises';
import { type Figures, type Measurement, type Random, seeded, until } from '@discord-relay/local-stack';
import { compareGaps, compareReactions, compareRows } from '../support/ledger/inspect-rows.js';
import { finalMessages, finalReactions } from '../support/ledger/message-facts.js';
import { reportDifference } from '../support/ledger/settle.js';
import type { LedgerEntry, SimClient } from '../support/discord/sim-client.js';
import { type TempStack, withTempStack } from '../support/stacks/temp-stack.js';

const none = { equals: 0 };
const CHANNELS = ['alpha', 'beta', 'gamma'];
const EMOJI = ['👍', '🎉', '👀'];

/** The ingestor is down, its session is lost, and the history changes meanwhile. */
export const backfill: Measurement = {
  name: 'backfill',
  description:
    'offline with new, edited and deleted messages and reactions; --rounds: absences (2); rows against Discord',
  required: {
    missingRows: none,
    wrongRows: none,
    surplusRows: none,
    missingReactions: none,
    surplusReactions: none,
    openGaps: none,
    gapsBeyondExpected: none,
    changesWhileAway: { min: 1 },
  },
  run: ({ seed, rounds = 2, progress }) =>
    withTempStack({ progress }, (temp) => drill(temp, seed, rounds, progress)),
};

async function drill(
  temp: TempStack,
  seed: number,
  rounds: number,
  progress: (line: string) => void,
): Promise<Figures> {
  const { sim, stack } = temp;
  const random = seeded(seed);
  const guild = await sim.createGuild(
    'Drill',
    CHANNELS.map((name) => ({ name })),
  );
  const channelIds = guild.channels.map(({ id }) => id);
  const users = await Promise.all(['ada', 'ben', 'cy'].map(async (name) => (await sim.createUser(name)).id));
  await talk(sim, channelIds, seed, 3_000);
  // The import of a guild that is new to the log counts as a gap too; started late, it would look like one of an absence.
  const gapsBefore = 1;
  await gapsClosed(stack.databaseUrl, gapsBefore);
  let changes = 0;
  const absences: Absence[] = [];
  for (let round = 0; round < rounds; round++) {
    await sleep(1_500);
    const from = await sim.lastIndex();
    await stack.service('ingestor').stop();
    await sim.expireSessions();
    await changeHistory(temp, random, users, channelIds, from);
    changes += (await sim.lastIndex()) - from;
    progress(`absence ${round + 1} of ${rounds}: ${changes} changes so far; the ingestor comes back`);
    stack.service('ingestor').start();
    const talking = talk(sim, channelIds, seed + round + 1, 3_000);
    absences.push({ from, to: await indexWhenBack(sim) });
    await talking;
    await gapsClosed(stack.databaseUrl, gapsBefore + round + 1);
  }
  return await verify(temp, { gaps: gapsBefore + rounds, changes, absences }, progress);
}

/** No ingestor ran between these indexes of the ledger. */
interface Absence {
  from: number;
  to: number;
}

async function indexWhenBack(sim: SimClient): Promise<number> {
  const back = async () =>
    (await sim.sessions()).sessions.some(({ connected }) => connected) ? true : undefined;
  await until('a new session', 30_000, back, 5);
  return await sim.lastIndex();
}

/** Messages that were created and deleted while no ingestor ran: Discord does not report them, so no record can have them. */
function neverSeen(entries: readonly LedgerEntry[], absences: readonly Absence[]): Set<string> {
  const within = (index: number) => absences.find(({ from, to }) => index > from && index <= to);
  const came = new Map<string, Absence>();
  const gone = new Set<string>();
  for (const { index, kind, messageId } of entries) {
    const absence = within(index);
    if (!absence || !messageId) continue;
    if (kind === 'message.created') came.set(messageId, absence);
    if (kind === 'message.deleted' && came.get(messageId) === absence) gone.add(messageId);
  }
  return gone;
}

async function talk(sim: SimClient, channelIds: string[], seed: number, durationMs: number): Promise<void> {
  const load = {
    messagesPerSecond: 50,
    seed,
    channelIds,
    editRatio: 0.1,
    deleteRatio: 0.05,
    reactionRatio: 0.2,
  };
  await sim.startScenario({ ...load, durationMs });
  await sleep(durationMs + 500);
}

/** While no ingestor runs: new messages, and edits, deletions and reactions of old and new ones. */
async function changeHistory(
  { sim }: TempStack,
  random: Random,
  users: readonly string[],
  channelIds: readonly string[],
  until: number,
): Promise<void> {
  const known = living(await sim.ledger(), until);
  for (let i = 0; i < 40; i++) {
    const channelId = random.pick(channelIds);
    const { id } = await sim.say(channelId, `said while nobody listened: ${i}`);
    known.push({ id, channelId });
  }
  for (let i = 0; i < 60; i++) {
    const at = random.between(0, known.length - 1);
    const { id, channelId } = known[at]!;
    const roll = random.next();
    if (roll < 0.35) await sim.edit(channelId, id, `changed while nobody listened: ${i}`);
    else if (roll < 0.55) {
      await sim.delete(channelId, id);
      known.splice(at, 1);
    } else await sim.react(channelId, id, random.pick(users), random.pick(EMOJI));
  }
}

function living(entries: readonly LedgerEntry[], until: number): { id: string; channelId: string }[] {
  const found = new Map<string, string>();
  for (const { index, kind, messageId, channelId, messageIds } of entries) {
    if (index > until) break;
    if (kind === 'message.created') found.set(messageId!, channelId!);
    if (kind === 'message.deleted') found.delete(messageId!);
    for (const id of kind === 'message.bulk_deleted' ? messageIds! : []) found.delete(id);
  }
  return [...found].map(([id, channelId]) => ({ id, channelId })).slice(-200);
}

async function gapsClosed(databaseUrl: string, total: number): Promise<void> {
  await until(
    'the gap closed',
    120_000,
    async () => {
      const gaps = await compareGaps(databaseUrl);
      return gaps.total >= total && gaps.open === 0 ? true : undefined;
    },
    250,
  );
}

async function verify(
  { sim, stack }: TempStack,
  expected: { gaps: number; changes: number; absences: readonly Absence[] },
  progress: (line: string) => void,
): Promise<Figures> {
  const entries = await sim.ledger();
  const unseen = neverSeen(entries, expected.absences);
  const messages = new Map([...finalMessages(entries)].filter(([id]) => !unseen.has(id)));
  const compare = async () => {
    const rows = await compareRows(stack.databaseUrl, messages);
    return {
      rows: { ...rows, surplus: rows.surplus.filter((id) => !unseen.has(id)) },
      reactions: await compareReactions(stack.databaseUrl, finalReactions(entries)),
      gaps: await compareGaps(stack.databaseUrl),
    };
  };
  const right = ({ rows, reactions }: Awaited<ReturnType<typeof compare>>) =>
    rows.missing.length + rows.wrong.length + reactions.missing.length + reactions.surplus.length === 0;
  const last = await until('rows equal Discord', 30_000, async () => {
    const found = await compare();
    return right(found) ? found : undefined;
  }).catch(compare);
  for (const [where, difference] of Object.entries(last)) reportDifference(progress, where, difference);
  return {
    changesWhileAway: expected.changes,
    cameAndWentUnseen: unseen.size,
    missingRows: last.rows.missing.length,
    wrongRows: last.rows.wrong.length,
    surplusRows: last.rows.surplus.length,
    missingReactions: last.reactions.missing.length,
    surplusReactions: last.reactions.surplus.length,
    openGaps: last.gaps.open,
    gapsBeyondExpected: last.gaps.total - expected.gaps,
  };
}
