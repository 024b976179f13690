import { MessageFlags } from 'discord-api-types/v10';
import type { ComponentRecord, PollRecord } from '../../state/model/records.js';
import type { Snowflake } from '../../state/model/snowflakes.js';
import type { NewMessage, World } from '../../state/world.js';
import type { Random } from '../random.js';
import type { Conversation, Line, Person } from './line.js';
import { picture, PICTURE_SIZE } from './pictures.js';
import { channelNamed, personIn } from './setting.js';

const DAY_MS = 86_400_000;
/** Number of conversations at a time. */
const AT_ONCE = 2;
const ROBOT = 'Workshop robot';

interface Running {
  placeId: Snowflake;
  lines: Line[];
  writtenIds: Snowflake[];
}

/** Plays conversations in a guild, line by line, each in its channel, in an order that the random numbers determine. */
export class Talk {
  private readonly running: Running[] = [];
  /** Later actions on messages: reactions, votes, corrections, deletions, threads. */
  private readonly aftermath: (() => void)[] = [];
  private waiting: Conversation[];
  private readonly world: World;
  private readonly guildId: Snowflake;
  private readonly random: Random;

  /**
   * @param conversations all of them; they are repeated once all have been played
   * @param first those that are played first
   */
  constructor(
    { world, guildId, random }: { world: World; guildId: Snowflake; random: Random },
    private readonly conversations: () => readonly Conversation[],
    first: readonly Conversation[],
  ) {
    this.world = world;
    this.guildId = guildId;
    this.random = random;
    this.waiting = this.shuffled(first);
  }

  /** Sends the next message of a conversation, or runs the next delayed action on an earlier one. */
  step(): void {
    if (this.aftermath.length > 0 && this.random.next() < 0.7) return this.aftermath.shift()?.();
    while (this.running.length < AT_ONCE) this.startNext();
    const conversation = this.random.pick(this.running);
    const line = conversation.lines.shift();
    if (conversation.lines.length === 0) this.running.splice(this.running.indexOf(conversation), 1);
    if (line) this.write(conversation, line);
  }

  private startNext(): void {
    if (this.waiting.length === 0) this.waiting = this.shuffled(this.conversations());
    const { channel: name, lines } = this.waiting.shift()!;
    // The channel may have been renamed or deleted by the control API.
    const channel =
      channelNamed(this.world, this.guildId, name) ?? this.world.textChannelsOf(this.guildId)[0];
    if (channel) this.running.push({ placeId: channel.id, lines: [...lines], writtenIds: [] });
  }

  /** The newcomers' channel comes first, so that it is not empty. */
  private shuffled([first, ...rest]: readonly Conversation[]): Conversation[] {
    const order = rest.map((conversation) => ({ conversation, key: this.random.next() }));
    const others = order.sort((a, b) => a.key - b.key).map(({ conversation }) => conversation);
    return first ? [first, ...others] : others;
  }

  private write({ placeId, writtenIds }: Running, line: Line): void {
    const { answers } = line;
    const replyToId = answers === undefined ? null : (writtenIds.at(-answers) ?? null);
    const { id } = this.world.createMessage(placeId, { ...this.messageOf(placeId, line), replyToId });
    writtenIds.push(id);
    this.aftermath.push(...this.aftermathOf(placeId, id, line));
  }

  private messageOf(placeId: Snowflake, line: Line): NewMessage {
    const { by, text = '', embeds = [], components, sticker, poll, pictures = [], file } = line;
    const author = by === 'robot' ? this.robotIn(placeId) : { authorId: personIn(this.world, by) };
    const images = pictures.map(({ of, alt }) => ({
      ...{ filename: `${of}.png`, contentType: 'image/png', data: picture(of), description: alt },
      ...PICTURE_SIZE,
    }));
    return {
      ...author,
      content: this.named(text),
      embeds,
      attachments: [...images, ...(file ? [textFile(file)] : [])],
      ...(components && {
        flags: MessageFlags.IsComponentsV2,
        components: JSON.parse(this.named(JSON.stringify(components))) as ComponentRecord[],
      }),
      ...(sticker !== undefined && { stickerIds: this.stickerIds(sticker) }),
      ...(poll && { poll: this.pollOf(poll) }),
    };
  }

  private *aftermathOf(channelId: Snowflake, messageId: Snowflake, line: Line): Iterable<() => void> {
    const { edit, thread } = line;
    for (const [name, ...people] of line.reactions ?? [])
      for (const each of people) yield () => this.react(channelId, messageId, name, each);
    for (const [index, [, , ...voters]] of (line.poll?.answers ?? []).entries())
      for (const each of voters)
        yield () =>
          void this.world.polls.vote({
            ...{ channelId, messageId, answerId: index + 1 },
            userId: personIn(this.world, each),
          });
    if (edit !== undefined)
      yield () => void this.world.editMessage(channelId, messageId, { content: this.named(edit) });
    if (line.isPinned) yield () => void this.world.pins.pin(channelId, messageId);
    if (line.isDeleted) yield () => this.world.deleteMessage(channelId, messageId);
    if (thread) yield () => this.startThread(channelId, messageId, thread);
  }

  private react(channelId: Snowflake, messageId: Snowflake, name: string, person: Person): void {
    const userId = personIn(this.world, person);
    this.world.reactions.add({ channelId, messageId, userId, emoji: { id: null, name, animated: false } });
  }

  private startThread(
    channelId: Snowflake,
    messageId: Snowflake,
    { name, lines }: NonNullable<Line['thread']>,
  ): void {
    const [first] = lines;
    const by = first && first.by !== 'robot' ? first.by : 'amber';
    const thread = this.world.threads.create(channelId, {
      name,
      messageId,
      ownerId: personIn(this.world, by),
    });
    this.running.push({ placeId: thread.id, lines: [...lines], writtenIds: [] });
  }

  private robotIn(placeId: Snowflake): Pick<NewMessage, 'authorId' | 'webhook'> {
    const { webhooks, bot } = this.world;
    const known = webhooks.all().find((each) => each.channelId === placeId && each.name === ROBOT);
    const { id } = known ?? webhooks.create(placeId, ROBOT, bot.id);
    return { authorId: id, webhook: { id, name: ROBOT } };
  }

  private stickerIds(name: string): Snowflake[] {
    const stickers = this.world.guild(this.guildId).stickers ?? [];
    return stickers.filter((sticker) => sticker.name === name).map(({ id }) => id);
  }

  private pollOf({ question, answers }: NonNullable<Line['poll']>): PollRecord {
    return {
      question,
      answers: answers.map(([emoji, text], index) => ({
        ...{ id: index + 1, text, voterIds: [] },
        emoji: { id: null, name: emoji, animated: false },
      })),
      expiresAtMs: Math.floor(this.world.nowMs()) + 7 * DAY_MS,
      multiselect: false,
      finalized: false,
    };
  }

  /** The text with mentions in place of `{#channel}`, `{@person}` and `{&role}`; an unknown name stays as text. */
  private named(text: string): string {
    return text.replaceAll(/\{([#@&])([\w-]+)\}/g, (_match, kind: string, name: string) => {
      if (kind === '@') return `<@${personIn(this.world, name as Person)}>`;
      const { roles } = this.world.guild(this.guildId);
      const known =
        kind === '#'
          ? channelNamed(this.world, this.guildId, name)
          : roles.find((role) => role.name === name);
      return known ? `<${kind === '#' ? '#' : '@&'}${known.id}>` : name;
    });
  }
}

const textFile = ({ filename, text }: NonNullable<Line['file']>) => ({
  filename,
  contentType: 'text/plain; charset=utf-8',
  data: Buffer.from(text, 'utf8').toString('base64'),
});
