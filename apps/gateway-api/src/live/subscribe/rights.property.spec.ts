import fc, { type Scheduler } from 'fast-check';
import { AppError, type Snowflake } from '@discord-relay/contracts';
import { ROOM, type Step, TEXT } from '../../testing/guild-model.js';
import { type Inbox, LiveModel } from '../../testing/live-model.js';
import { GUILD } from '../../testing/rows.js';
import type { SocketSession } from './socket-session.js';

const places = fc.constantFrom(TEXT, ROOM);
const step = fc.oneof(
  { weight: 3, arbitrary: fc.constant<Step>({ of: 'said' }) },
  { weight: 3, arbitrary: fc.constant<Step>({ of: 'entered' }) },
  { weight: 2, arbitrary: places.map((channelId): Step => ({ of: 'hidden', channelId })) },
  { weight: 3, arbitrary: places.map((channelId): Step => ({ of: 'shown', channelId })) },
);
const plan = fc.record({
  history: fc.boolean(),
  before: fc.array(step, { maxLength: 4 }),
  steps: fc.array(
    fc.record({
      step,
      announced: fc.boolean(),
      fault: fc.constantFrom('none', 'none', 'none', 'interrupt', 'position', 'switch'),
    }),
    { minLength: 1, maxLength: 12 },
  ),
  clients: fc.array(fc.option(fc.nat(4), { nil: undefined }), { minLength: 1, maxLength: 3 }),
});

/** Sends a client's request and ignores refusals. */
async function subscribe(session: SocketSession, after: number | undefined): Promise<void> {
  const requests = [session.join(TEXT, { after }), session.subscribeRooms(GUILD, after)];
  for (const outcome of await Promise.allSettled(requests))
    if (outcome.status === 'rejected' && !(outcome.reason instanceof AppError)) throw outcome.reason;
}

async function run(scheduler: Scheduler, { history, before, steps, clients }: Plan) {
  const model = new LiveModel(scheduler, history);
  for (const each of before) model.commit(each);
  const switches: Promise<void>[] = [];
  const writer = scheduler.scheduleSequence(
    steps.map(({ step: each, announced, fault }) => async () => {
      const change = model.commit(each);
      if (announced) model.bus.send(change);
      if (fault === 'interrupt') model.bus.interrupt();
      if (fault === 'position') model.bus.listener?.receivePosition(model.rows.head);
      if (fault === 'switch') switches.push(model.switch());
      await Promise.resolve();
    }),
  );
  const carrier = scheduler.scheduleSequence(
    steps
      .flatMap(() => [0, 1])
      .map(() => async () => {
        model.bus.handOn();
        await Promise.resolve();
      }),
  );
  const audience = clients.map((after) => {
    const { session, inbox } = model.connect();
    const subscribed = scheduler.schedule(Promise.resolve()).then(() => subscribe(session, after));
    return { session, inbox, entered: subscribed };
  });
  await scheduler.waitFor(
    Promise.all([writer.task, carrier.task, ...audience.map(({ entered }) => entered)]),
  );
  await scheduler.waitFor(Promise.all(switches));
  model.bus.listener?.receivePosition(model.rows.head);
  for (let n = 0; n < 20; n++) {
    await scheduler.waitIdle();
    await new Promise(setImmediate);
  }
  return { model, inboxes: audience.map(({ inbox }) => inbox) };
}

type Plan = typeof plan extends fc.Arbitrary<infer P> ? P : never;

/** The users in the room as one client knows them: the list, and the events since. */
function insideAsSent({ events }: Inbox): string[] | undefined {
  let inside: string[] | undefined;
  for (const { event, payload } of events) {
    if (event === 'rooms_list') inside = (payload['rooms'] as { members: string[] }[])[0]?.members.slice();
    if (event === 'voice_joined') inside?.push(payload['userId'] as string);
  }
  return inside;
}

const seqsOf = (inbox: Inbox, event: string): number[] => inbox.of(event).map(({ seq }) => seq as number);

function expectNothingHidden(model: LiveModel, inbox: Inbox, event: string, where: Snowflake): void {
  const hidden = seqsOf(inbox, event).filter((seq) => !model.guild.isOpen(where, seq));
  expect({ event, hidden }).toEqual({ event, hidden: [] });
}

/** After the last snapshot or loss, the client got each later message once and in order. */
function expectWholeTail({ rows, guild }: LiveModel, { events }: Inbox): void {
  const start = events.findLastIndex(({ event }) => ['messages_bulk', 'unsubscribed'].includes(event));
  const later = events.slice(start + 1).filter(({ event }) => event === 'message');
  const seqs = later.map(({ payload }) => payload['seq'] as number);
  const said = rows.committed.filter(({ kind }) => kind === 'message').map(({ seq }) => seq);
  const last = events[start];
  const from = last?.event === 'messages_bulk' ? (last.payload['seq'] as number) : (seqs[0] ?? Infinity) - 1;
  const isIn = last?.event === 'messages_bulk' || seqs.length > 0;
  if (isIn && guild.isOpen(TEXT, rows.head)) expect(seqs).toEqual(said.filter((seq) => seq > from));
}

describe('what a socket receives while rights change', () => {
  it('a socket never receives what was hidden from its user at the time, and misses nothing else', async () => {
    await fc.assert(
      fc.asyncProperty(plan, fc.scheduler(), async (planned, scheduler) => {
        const { model, inboxes } = await run(scheduler, planned);
        for (const inbox of inboxes) {
          expect(inbox.abandoned).toBeUndefined();
          expectNothingHidden(model, inbox, 'message', TEXT);
          expectNothingHidden(model, inbox, 'voice_joined', ROOM);
          expectWholeTail(model, inbox);
          const inside = insideAsSent(inbox);
          if (inside && model.guild.isOpen(ROOM, model.rows.head))
            expect(inside).toEqual(model.guild.inside(model.rows.head));
        }
      }),
      { numRuns: 200 },
    );
  }, 120_000);
});
