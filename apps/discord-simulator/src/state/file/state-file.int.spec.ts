import { mkdtemp, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startSimulator, type Simulator } from '../../simulator.js';
import type { ChannelRecord } from '../model/records.js';
import { messagesView, worldView } from '../../sim/controllers/views.js';

let folder: string;
let stateFile: string;
const running: Simulator[] = [];

const start = async (options = {}): Promise<Simulator> => {
  const sim = await startSimulator({ stateFile, historyPerChannel: 3, ...options });
  running.push(sim);
  return sim;
};
const everything = (sim: Simulator) => ({
  world: worldView(sim.world),
  members: [...sim.world.guilds.keys()].map((id) => [
    sim.world.members.all(id).map(({ userId, nick }) => [userId, nick]),
    [...sim.world.members.bans(id)],
  ]),
  messages: [...sim.world.channels.keys(), ...[...sim.world.threads.all()].map(({ id }) => id)].map((id) =>
    messagesView(sim.world, id),
  ),
  threads: [...sim.world.threads.all()],
  invites: sim.world.invites.all(),
  webhooks: sim.world.webhooks.all(),
  commands: sim.world.commands.all(),
  stickers: [...sim.world.guilds.values()].map(({ stickers }) => stickers),
  audit: [...sim.world.guilds.keys()].map((id) => sim.world.audit.of(id)),
  ledger: sim.ledger.page(0, 1e9),
  summary: sim.ledger.summary(),
});
const churn = (sim: Simulator): void => {
  const [a, b] = [...sim.world.channels.values()].filter((channel) => channel.type === 0);
  const author = [...sim.world.users.values()].find((user) => !user.bot)!;
  const said = Array.from({ length: 20 }, (_, i) =>
    sim.world.createMessage(a!.id, { authorId: author.id, content: `line ${i}` }),
  );
  sim.world.editMessage(a!.id, said[0]!.id, { content: 'edited' });
  sim.world.deleteMessage(a!.id, said[1]!.id);
  sim.world.bulkDeleteMessages(a!.id, [said[2]!.id, said[3]!.id]);
  sim.world.updateChannel(b!.id, { topic: 'new topic' });
  sim.world.reactions.add({
    channelId: a!.id,
    messageId: said[5]!.id,
    userId: author.id,
    emoji: { id: null, name: '👍', animated: false },
  });
  sim.world.pins.pin(a!.id, said[6]!.id);
  sim.world.pins.pin(a!.id, said[7]!.id);
  sim.world.pins.unpin(a!.id, said[7]!.id);
  const invite = { channelId: a!.id, inviterId: author.id };
  sim.world.invites.create(invite);
  sim.world.invites.delete(sim.world.invites.create(invite).code);
  const { webhooks, commands } = sim.world;
  const hook = webhooks.create(a!.id, 'news', sim.world.bot.id);
  webhooks.update(hook.id, { name: 'olds' });
  const webhook = { id: hook.id, name: 'Herald' };
  sim.world.createMessage(a!.id, { authorId: hook.id, content: 'by a webhook', webhook });
  webhooks.delete(webhooks.create(a!.id, 'gone', sim.world.bot.id).id);
  commands.put(null, { name: 'ping', type: 1, description: 'answers' });
  commands.put(a!.guildId, { name: 'here', type: 1, description: 'in one guild' });
  commands.delete(commands.put(null, { name: 'gone', type: 1, description: '' }).id, null);
  const thread = sim.world.threads.create(a!.id, { name: 'kept', ownerId: author.id });
  sim.world.createMessage(thread.id, { authorId: author.id, content: 'in it' });
  sim.world.threads.delete(sim.world.threads.create(a!.id, { name: 'gone', ownerId: author.id }).id);
  const others = [...sim.world.users.keys()].slice(2, 5) as [string, string, string];
  sim.world.members.update(a!.guildId, others[0], { nick: 'Nick' });
  if (sim.world.members.find(a!.guildId, others[1])) {
    sim.world.threads.join(thread.id, others[1]);
    sim.world.members.leave(a!.guildId, others[1]);
  }
  sim.world.members.ban(a!.guildId, others[2], 'spam');
  sim.world.audit.banned(a!.guildId, { byId: author.id, targetId: others[2], reason: 'spam' });
  sim.world.roles.create(a!.guildId, { name: 'helper' });
  churnContent(sim, a!, author.id);
  const guild = sim.world.createGuild('Short-lived');
  sim.world.createChannel(guild.id, { name: 'gone' });
  sim.world.deleteGuild(guild.id);
  sim.world.createUser('late-owl');
};
/** A sticker, a poll with a vote, and a post in a forum. */
const churnContent = (sim: Simulator, { id: channelId, guildId }: ChannelRecord, userId: string): void => {
  const sticker = { name: 'kite', description: null, tags: 'kite', formatType: 1, data: 'AAAA' };
  const [known] = sim.world.guild(guildId).stickers ?? [];
  const { id: stickerId } = known ?? sim.world.stickers.create(guildId, sticker);
  const answers = [{ id: 1, text: 'Yes', emoji: null, voterIds: [] }];
  const poll = { question: 'Now?', answers, expiresAtMs: 9e12, multiselect: false, finalized: false };
  const { id: messageId } = sim.world.createMessage(channelId, {
    authorId: userId,
    content: '',
    poll,
    stickerIds: [stickerId],
  });
  sim.world.polls.vote({ channelId, messageId, answerId: 1, userId });
  const tag = { name: 'Solved', moderated: false, emoji: null };
  const forum = sim.world.createChannel(guildId, { name: 'posts', type: 15, availableTags: [tag] });
  const appliedTagIds = forum.availableTags!.map(({ id }) => id);
  sim.world.threads.createPost(
    forum.id,
    { name: 'a post', ownerId: userId, appliedTagIds },
    { content: 'first' },
  );
};

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'simulator-state-'));
  stateFile = join(folder, 'deep', 'world.state');
});
afterEach(async () => {
  await Promise.all(running.splice(0).map((sim) => sim.close()));
  await rm(folder, { recursive: true });
});

describe('state file', () => {
  it('a restart on a state file continues with the same guilds, channels, messages and ledger', async () => {
    const first = await start();
    churn(first);
    const before = everything(first);
    await first.close();
    const second = await start();
    expect(everything(second)).toEqual(before);
    const { id } = second.world.createUser('newcomer');
    expect(BigInt(id)).toBeGreaterThan(BigInt([...first.world.users.keys()].at(-1)!));
  });

  it('an incomplete line that a crash left is removed from a state file', async () => {
    const first = await start();
    churn(first);
    await first.close();
    const text = await readFile(stateFile, 'utf8');
    await truncate(stateFile, Buffer.byteLength(text) - 7);
    const second = await start();
    expect(second.ledger.summary().lastIndex).toBeGreaterThan(0);
    second.world.createUser('after-the-crash');
    await second.close();
    const third = await start();
    expect([...third.world.users.values()].at(-1)?.username).toBe('after-the-crash');
  });

  it('a state file that is damaged in the middle or of another kind is refused and left unchanged', async () => {
    await (await start()).close();
    const lines = (await readFile(stateFile, 'utf8')).split('\n');
    lines[3] = '{"half';
    await writeFile(stateFile, lines.join('\n'));
    await expect(start()).rejects.toThrow(/line 4 is damaged/);
    for (const foreign of ['{"somebody":"else"}\n', 'a line without an end']) {
      await writeFile(stateFile, foreign);
      await expect(start()).rejects.toThrow(/not written by this version/);
      expect(await readFile(stateFile, 'utf8')).toBe(foreign);
    }
  });

  it('a state file loses nothing when it is rewritten while changes continue', async () => {
    const first = await start();
    const state = first.state!;
    for (let round = 0; round < 5; round++) {
      const rewriting = state.compact();
      churn(first);
      await new Promise((resolve) => setTimeout(resolve, 1));
      churn(first);
      await rewriting;
    }
    const before = everything(first);
    await first.close();
    expect(everything(await start())).toEqual(before);
  });

  it('a state file keeps the number of removed messages', async () => {
    const first = await start({ messagesPerChannel: 5 });
    const channel = [...first.world.channels.values()].find(({ type }) => type === 0)!;
    const author = [...first.world.users.values()].find((user) => !user.bot)!;
    for (let i = 0; i < 400; i++)
      first.world.createMessage(channel.id, { authorId: author.id, content: `${i}` });
    const { forgotten, size } = first.world.history(channel.id);
    expect(forgotten + size).toBe(403);
    await first.state!.compact();
    await first.close();
    const second = await start({ messagesPerChannel: 5 });
    expect(second.world.history(channel.id)).toMatchObject({ forgotten, size });
  });
});
