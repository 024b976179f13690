import {
  ActionRowBuilder,
  ApplicationCommandOptionType as Option,
  ApplicationCommandType,
  ButtonBuilder,
  ButtonStyle,
  Events,
  MessageFlags,
  ModalBuilder,
  TextInputBuilder,
  TextInputStyle,
  type Interaction,
} from 'discord.js';
import { until } from '../testing/bot-client.js';
import { connectDiscordJs, type DiscordJsBot } from './discord-js-bot.js';
import { startLibraryTest, type LibraryTest } from './library-test.js';

interface View {
  id: string;
  answer: { type: number; data: Record<string, unknown> } | null;
  messages: { id: string; content: string; flags: number; interaction_metadata: { id: string } }[];
}

let trial: LibraryTest & { bot: DiscordJsBot };
let userId: string;

const begin = async (interactionWindowMs: number): Promise<void> => {
  trial = await startLibraryTest(connectDiscordJs, { interactionWindowMs });
  userId = [...trial.sim.world.users.values()].find((user) => !user.bot)!.id;
};
beforeEach(() => begin(30_000));

const control = async (path: string, body?: object): Promise<View> => {
  const response = await fetch(`${trial.sim.url}/_sim/${path}`, {
    method: body ? 'POST' : 'GET',
    headers: { 'content-type': 'application/json' },
    ...(body ? { body: JSON.stringify(body) } : {}),
  });
  expect(response.status).toBeLessThan(300);
  return (await response.json()) as View;
};
const act = (body: object) => control(`channels/${trial.channelId}/interactions`, { userId, ...body });
const onInteraction = (handle: (interaction: Interaction) => Promise<unknown>): { errors: unknown[] } => {
  const errors: unknown[] = [];
  trial.bot.client.on(
    Events.InteractionCreate,
    (each) => void handle(each).catch((error) => errors.push(error)),
  );
  return { errors };
};
/** Resolves to the interaction once the bot's responses are the expected ones. */
const settled = async (id: string, isDone: (view: View) => boolean): Promise<View> => {
  let view = await control(`interactions/${id}`);
  const deadline = performance.now() + 5000;
  while (!isDone(view) && performance.now() < deadline) view = await control(`interactions/${id}`);
  expect(isDone(view)).toBe(true);
  return view;
};

describe('discord.js with commands', () => {
  it('discord.js registers, lists, changes and deletes commands, globally and in a guild', async () => {
    const { commands } = trial.bot.client.application;
    const [ping] = (await commands.set([{ name: 'ping', description: 'answers' }])).values();
    await commands.set([{ name: 'here', description: 'in one guild' }], trial.guildId);
    await commands.edit(ping!.id, { description: 'answers at once' });
    expect((await commands.fetch({ force: true })).map((each) => each.description)).toEqual([
      'answers at once',
    ]);
    expect((await commands.fetch({ guildId: trial.guildId })).map(({ name }) => name)).toEqual(['here']);
    await commands.create({ name: 'ping', description: 'once more' });
    expect(await commands.fetch({ force: true })).toHaveProperty('size', 1);
    await commands.delete(ping!.id);
    expect(await commands.fetch({ force: true })).toHaveProperty('size', 0);
  });

  it('discord.js answers a command with options, then follows up', async () => {
    const { errors } = onInteraction(async (interaction) => {
      if (!interaction.isChatInputCommand()) return;
      const whom = interaction.options.getUser('whom', true);
      await interaction.reply(`hello ${whom.username} x${interaction.options.getInteger('times')}`);
      await interaction.editReply('changed');
      await interaction.followUp({ content: 'for you', flags: MessageFlags.Ephemeral });
    });
    await trial.bot.client.application.commands.set([
      {
        name: 'greet',
        description: 'greets',
        options: [
          { name: 'whom', description: 'whom', type: Option.User, required: true },
          { name: 'times', description: 'how often', type: Option.Integer },
        ],
      },
    ]);
    const options = [
      { name: 'whom', value: userId },
      { name: 'times', value: 3 },
    ];
    const { id } = await act({ kind: 'command', name: 'greet', options });
    const view = await settled(id, ({ messages }) => messages.length === 2);
    expect(errors).toEqual([]);
    const { username } = trial.sim.world.user(userId);
    expect(view.answer).toMatchObject({ type: 4, data: { content: `hello ${username} x3` } });
    expect(view.messages.map(({ content }) => content)).toEqual(['changed', 'for you']);
    expect(view.messages[0]?.interaction_metadata.id).toBe(id);
    const seen = trial.sim.world
      .history(trial.channelId)
      .all()
      .map(({ content }) => content);
    expect(seen).toContain('changed');
    expect(seen).not.toContain('for you');
    await until(() => trial.bot.received.includes(`hello ${username} x3`));
  });

  it('discord.js defers a response, completes it and deletes it', async () => {
    const { errors } = onInteraction(async (interaction) => {
      if (!interaction.isUserContextMenuCommand()) return;
      await interaction.deferReply();
      const message = await interaction.editReply(interaction.targetUser.id);
      expect((await interaction.fetchReply()).id).toBe(message.id);
      await interaction.followUp('the end');
      await interaction.deleteReply();
    });
    await trial.bot.client.application.commands.set([
      { name: 'Who is this', type: ApplicationCommandType.User },
    ]);
    const { id } = await act({ kind: 'command', name: 'Who is this', type: 'user', targetId: userId });
    const view = await settled(
      id,
      ({ messages }) => messages.map(({ content }) => content).join() === 'the end',
    );
    expect(view.answer?.type).toBe(5);
    expect(errors).toEqual([]);
  });

  it('discord.js suggests completions while a user types', async () => {
    onInteraction(async (interaction) => {
      if (!interaction.isAutocomplete()) return;
      await interaction.respond([{ name: interaction.options.getFocused().toUpperCase(), value: 'x' }]);
    });
    const option = { name: 'what', description: 'what', type: Option.String as const, autocomplete: true };
    await trial.bot.client.application.commands.set([
      { name: 'find', description: 'finds', options: [option] },
    ]);
    const typing = [{ name: 'what', value: 'abc', focused: true }];
    const { id } = await act({ kind: 'autocomplete', name: 'find', options: typing });
    const { answer } = await settled(id, (view) => view.answer !== null);
    expect(answer).toMatchObject({ type: 8, data: { choices: [{ name: 'ABC' }] } });
  });
});

describe('discord.js with components', () => {
  it('discord.js updates the message of a button and reads a modal', async () => {
    const channel = await trial.bot.client.channels.fetch(trial.channelId);
    if (!channel?.isSendable()) throw new Error('no channel to send to');
    const button = new ButtonBuilder().setCustomId('press').setLabel('Press').setStyle(ButtonStyle.Primary);
    const row = new ActionRowBuilder<ButtonBuilder>().addComponents(button);
    const message = await channel.send({ content: 'press it', components: [row] });
    const texts: string[] = [];
    const { errors } = onInteraction(async (interaction) => {
      if (interaction.isButton()) {
        if (interaction.message.content === 'pressed') return interaction.showModal(modal());
        return interaction.update({ content: 'pressed' });
      }
      if (!interaction.isModalSubmit()) return;
      texts.push(interaction.fields.getTextInputValue('why'));
      return interaction.reply({ content: 'thanks', flags: MessageFlags.Ephemeral });
    });
    const press = { kind: 'component', messageId: message.id, customId: 'press' };
    const first = await act(press);
    expect((await settled(first.id, (view) => view.answer !== null)).answer?.type).toBe(7);
    expect(trial.sim.world.message(trial.channelId, message.id).content).toBe('pressed');
    const second = await act(press);
    expect((await settled(second.id, (view) => view.answer !== null)).answer).toMatchObject({
      type: 9,
      data: { custom_id: 'reason' },
    });
    const third = await act({ kind: 'modal', customId: 'reason', fields: { why: 'because' } });
    await settled(third.id, (view) => view.messages[0]?.content === 'thanks');
    expect(texts).toEqual(['because']);
    expect(errors).toEqual([]);
  });

  it.each([
    ['a second answer', 30_000, 40_060],
    ['a late answer', 1, 10_062],
  ])('discord.js gets %s refused as by Discord', async (_title, interactionWindowMs, code) => {
    await begin(interactionWindowMs);
    const codes: unknown[] = [];
    onInteraction(async (interaction) => {
      await new Promise((resolve) => setTimeout(resolve, 20));
      const route = `/interactions/${interaction.id}/${interaction.token}/callback` as const;
      const answer = () =>
        trial.bot.client.rest
          .post(route, { body: { type: 4, data: { content: 'late' } }, auth: false })
          .catch((error: { code: number }) => codes.push(error.code));
      await answer();
      await answer();
    });
    await trial.bot.client.application.commands.set([{ name: 'late', description: 'late' }]);
    await act({ kind: 'command', name: 'late' });
    await until(() => codes.length > 0);
    expect(codes[0]).toBe(code);
  });
});

function modal(): ModalBuilder {
  const input = new TextInputBuilder().setCustomId('why').setLabel('Why').setStyle(TextInputStyle.Short);
  return new ModalBuilder()
    .setCustomId('reason')
    .setTitle('Reason')
    .addComponents(new ActionRowBuilder<TextInputBuilder>().addComponents(input));
}
