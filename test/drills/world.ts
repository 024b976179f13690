import { setTimeout as sleep } from 'node:timers/promises';
import { type Figures, type Measurement, type Random, seeded, until } from '@discord-relay/local-stack';
import { channelsLeftOut, compareGaps, compareRows, namedInGaps } from '../support/ledger/inspect-rows.js';
import { finalMessages } from '../support/ledger/message-facts.js';
import { PrivatePlaces } from '../support/discord/private-places.js';
import { lastingRefusal, restFault } from '../support/discord/rest-faults.js';
import { signToken, type TempStack, withTempStack } from '../support/stacks/temp-stack.js';
import { spoiltCopy } from '../support/absent-fields/spoil.js';
import { trueDispatch } from '../support/absent-fields/true-descriptions.js';

const none = { equals: 0 };
const PATIENCE_MS = 120_000;
/** A small number, so that sessions are abandoned while the drill runs. */
const RESUMES = { RESUME_ATTEMPTS: '3', RESUME_GIVE_UP_MS: '1000' };

/** Discord misbehaves: missing and garbled keys, invalid responses, sessions that break. */
export const world: Measurement = {
  name: 'world',
  description:
    'garbled dispatches, wrong answers of REST, broken sessions; --rounds: steps (120); rows and rights against a model',
  required: {
    unauthorized: none,
    refusedInTheEnd: none,
    wrongRows: none,
    lostWithoutName: none,
    missingRows: none,
    falselyNamed: none,
    heldUp: none,
    surplusRows: none,
    openGaps: none,
    stuck: none,
    garbled: { min: 1 },
    checked: { min: 1 },
  },
  run: ({ seed, rounds = 120, progress }) => {
    const ingestor = { RECORD_MEMBERS: 'true', BACKFILL_REQUESTS_PER_S: '20', ...RESUMES };
    return withTempStack({ progress, envOf: { ingestor } }, (temp) =>
      new World(temp, seeded(seed), progress).run(rounds),
    );
  },
};

class World {
  private readonly places: PrivatePlaces;
  private readonly said: { id: string; channelId: string }[] = [];
  private readonly figures = { garbled: 0, absences: 0, checked: 0, unauthorized: 0, stuck: 0 };

  constructor(
    private readonly temp: TempStack,
    private readonly random: Random,
    private readonly progress: (line: string) => void,
  ) {
    this.places = new PrivatePlaces(temp.sim);
  }

  async run(steps: number): Promise<Figures> {
    await this.places.build();
    await this.temp.sim.nameSessions('world');
    await this.temp.sim.expireSessions();
    await this.gapsClosed();
    // If every channel were visible, the drill could not detect a channel that becomes visible by mistake.
    for (let i = 0; i < 8; i++) await this.places.change(this.random);
    for (let step = 1; step <= steps; step++) {
      const what = await this.step();
      if (what) this.progress(`step ${step}: ${what}`);
      if (what?.startsWith('garbled') || step % 5 === 0) await this.check(step);
    }
    return await this.verify();
  }

  private async step(): Promise<string | undefined> {
    const roll = this.random.next();
    if (roll < 0.35) return this.garble();
    if (roll < 0.5) return this.places.change(this.random);
    if (roll < 0.9) return this.talk();
    return roll < 0.95 ? this.breakSession() : this.absence();
  }

  /** Sends a true description in which something is missing. */
  private async garble(): Promise<string> {
    const { sim } = this.temp;
    const types: string[] = [];
    for (let i = 0; i < 3; i++) {
      const { t, d } = await trueDispatch(sim, this.places.guildId, this.random);
      await sim.dispatch(t, spoiltCopy(d, this.random));
      types.push(t);
    }
    this.figures.garbled += types.length;
    return `garbled ${types.join()}`;
  }

  /** Messages that arrive in part, and changes of them. */
  private async talk(): Promise<undefined> {
    const { sim } = this.temp;
    const known = this.said.length > 0 ? this.random.pick(this.said) : undefined;
    const roll = this.random.next();
    if (known && roll < 0.2) await sim.edit(known.channelId, known.id, `edited ${this.random.next()}`);
    else if (known && roll < 0.3) await this.delete(known);
    else if (known && roll < 0.5)
      await sim.react(known.channelId, known.id, this.random.pick(this.places.people).id, '👍');
    else await this.say();
  }

  private async say(): Promise<void> {
    const { sim } = this.temp;
    const omit = ['embeds', 'attachments', 'mentions', 'flags', 'pinned', 'type', 'components'];
    if (this.random.next() < 0.3)
      await sim.editDispatches({ t: 'MESSAGE_CREATE', edits: { omit: [this.random.pick(omit)] }, times: 1 });
    const { id: channelId } = this.random.pick(this.places.places);
    const { id } = await sim.say(channelId, `said ${this.random.next()}`);
    this.said.push({ id, channelId });
  }

  private async delete(known: { id: string; channelId: string }): Promise<void> {
    this.said.splice(this.said.indexOf(known), 1);
    await this.temp.sim.delete(known.channelId, known.id);
  }

  /** Connections end, and resuming does not work at once, or never again. */
  private async breakSession(): Promise<string> {
    const code = this.random.pick([1006, 1001, 4000]);
    const times = this.random.pick([1, 2, null]);
    await this.temp.sim.closeOn({ op: 'RESUME', code, times });
    await this.temp.sim.drop();
    return `dropped, and RESUME is closed with ${code} ${times ?? 'any number of'} times`;
  }

  /** A session is lost while users keep writing, and history is read from a server that misbehaves. */
  private async absence(): Promise<string> {
    const { sim } = this.temp;
    const faults = Array.from({ length: this.random.between(1, 3) }, () => restFault(this.random));
    await sim.refuse(1_500);
    await sim.expireSessions();
    for (let i = 0; i < 10; i++) await this.say();
    await this.refuseReactions();
    for (const fault of faults) await sim.answer(fault);
    this.figures.absences += 1;
    return `absence ${this.figures.absences} with ${faults.map((fault) => JSON.stringify(fault)).join(' and ')}`;
  }

  /** A message whose reactions are never returned must not delay the others. */
  private async refuseReactions(): Promise<void> {
    const { sim } = this.temp;
    const { channelId, id } = this.said.at(-1)!;
    await sim.react(channelId, id, this.random.pick(this.places.people).id, '👍');
    await sim.answer(lastingRefusal(this.random, channelId, id));
  }

  /** When everything so far is in the rows, nobody may see more than Discord shows them. */
  private async check(step: number): Promise<void> {
    await this.settle();
    for (const person of this.places.people) {
      for (const place of this.places.places) {
        const sees = await this.sees(person.id, place.id);
        this.figures.checked += 1;
        if (!sees || this.places.maySee(person, place)) continue;
        this.figures.unauthorized += 1;
        this.progress(`step ${step}: ${person.id} sees ${place.id}, and may not`);
      }
    }
  }

  /** The log is in order: once a live message is a row, so is everything before it. */
  private async settle(): Promise<void> {
    const { sim, token } = this.temp;
    const channelId = this.places.places[0]!.id;
    const path = `channels/${channelId}/messages?limit=20`;
    const isConnected = async () => (await sim.sessions()).sessions.some(({ connected }) => connected);
    const passes = async () => {
      if (!(await isConnected())) return undefined;
      const { id } = await sim.say(channelId, 'so far');
      const shown = async () => ((await this.get(path, token))?.includes(id) ? true : undefined);
      return until(`message ${id}`, 10_000, shown, 50).catch(() => undefined);
    };
    await until('a message that came live', PATIENCE_MS, passes, 100).catch((error: Error) => {
      this.figures.stuck += 1;
      this.progress(error.message);
    });
  }

  private async sees(userId: string, channelId: string): Promise<boolean> {
    const token = await signToken(this.temp.stack.jwtSecret, { role: 'viewer', discord_user_id: userId });
    return (await this.get(`channels/${channelId}/messages?limit=1`, token)) !== undefined;
  }

  /** Ids of messages; undefined: not visible. */
  private async get(path: string, token: string): Promise<string[] | undefined> {
    const response = await fetch(`${this.temp.url}/api/v1/${path}`, {
      headers: { authorization: `Bearer ${token}` },
    });
    if (response.status === 404) return undefined;
    if (!response.ok) throw new Error(`${path}: HTTP ${response.status} ${await response.text()}`);
    return ((await response.json()) as { messages: { id: string }[] }).messages.map(({ id }) => id);
  }

  /** Begins a last session that receives everything: after it, rows and rights equal Discord's. */
  private async verify(): Promise<Figures> {
    const { sim, stack } = this.temp;
    await this.gapsClosed().catch(() => undefined);
    const { open: heldUp } = await compareGaps(stack.databaseUrl);
    await sim.endFaults();
    await sim.expireSessions();
    await sleep(2_000);
    await this.settle();
    await this.gapsClosed().catch(() => undefined);
    const entries = await sim.ledger();
    const expected = finalMessages(entries);
    const compare = () => compareRows(stack.databaseUrl, expected);
    const rows = await until('rows equal Discord', 30_000, async () => {
      const found = await compare();
      return found.missing.length + found.wrong.length === 0 ? found : undefined;
    }).catch(compare);
    const named = await namedInGaps(stack.databaseUrl);
    const channelOf = new Map(entries.map(({ messageId, channelId }) => [messageId, channelId]));
    // Messages created and deleted while no ingestor ran are in no history.
    const lost = rows.missing.filter((id) => !expected.get(id)!.deleted);
    const nameless = lost.filter((id) => !named.has(id) && !named.has(channelOf.get(id) ?? ''));
    const falselyNamed = await channelsLeftOut(stack.databaseUrl);
    for (const [what, list] of Object.entries({ ...rows, nameless, falselyNamed }))
      if (Array.isArray(list) && list.length > 0) this.progress(`${what}: ${list.slice(0, 5).join()}`);
    return {
      ...this.figures,
      refusedInTheEnd: await this.refused(),
      wrongRows: rows.wrong.length,
      missingRows: lost.length,
      lostWithoutName: nameless.length,
      falselyNamed: falselyNamed.length,
      heldUp,
      surplusRows: rows.surplus.length,
      openGaps: (await compareGaps(stack.databaseUrl)).open,
    };
  }

  /** What was denied for lack of knowledge must be allowed once it is known. */
  private async refused(): Promise<number> {
    await this.check(0);
    const all = this.places.people.flatMap((person) =>
      this.places.places.map((place) => ({ person, place })),
    );
    const allowed = all.filter(({ person, place }) => this.places.maySee(person, place));
    const seen = await Promise.all(allowed.map(({ person, place }) => this.sees(person.id, place.id)));
    return seen.filter((sees) => !sees).length;
  }

  private async gapsClosed(): Promise<void> {
    const closed = async () => {
      const { open, total } = await compareGaps(this.temp.stack.databaseUrl);
      return total > 0 && open === 0 ? true : undefined;
    };
    await until('every gap closed', PATIENCE_MS, closed, 250);
  }
}
