import {
  type APIMessageTopLevelComponent,
  ButtonStyle,
  ComponentType,
  MessageFlags,
  MessageType,
} from 'discord-api-types/v10';
import type { Snowflake } from '../../state/model/snowflakes.js';
import type { NewMessage, World } from '../../state/world.js';

/** A message of the showcase; `author` is the name of one of the first world's users. */
type Shown = Omit<NewMessage, 'authorId' | 'components'> & {
  author: string;
  components?: APIMessageTopLevelComponent[];
  /** How many messages above the answered one is. */
  answers?: number;
  reactions?: readonly [emoji: string, ...names: string[]][];
  edit?: string;
};

const HOUR_S = 3_600;

const nextEvening = (nowMs: number): number => Math.ceil(nowMs / 1_000 / HOUR_S + 3) * HOUR_S;

type Cast = Record<'ada' | 'ben' | 'cleo' | 'dina', string>;

/** A conversation in a channel of people who build model ships: it contains everything that a message can show. */
export function showcase(
  [ada = '', ben = '', cleo = '', dina = '']: readonly string[],
  nowMs: number,
): Shown[] {
  const cast = { ada, ben, cleo, dina };
  return [
    minutes(cast, nextEvening(nowMs)),
    ...crane(cast),
    report(cast, nowMs),
    friday(cast),
    ...rest(cast),
  ];
}

const minutes = ({ ada, ben, cleo, dina }: Cast, evening: number): Shown => ({
  author: ada,
  content: [
    '# Harbour model, week 6',
    '-# The minutes of this morning, for those who slept in',
    'The hull is **done**, the rigging is *nearly* done, and the paint is ~~blue~~ __red__ after the vote.',
    '## What is left',
    '1. Glue the masts',
    '2. Cut the sails',
    '  - the large one first',
    '  - then the two small ones',
    '3. Build the crane',
    '> Measure twice, cut once.',
    `We meet <t:${evening}:t>, that is <t:${evening}:R>. The plans are at [the museum](https://example.org/museum).`,
  ].join('\n'),
  reactions: [
    ['🎉', ben, cleo, dina],
    ['❤️', ben],
  ],
});

const crane = ({ ada, ben, dina }: Cast): Shown[] => [
  {
    author: ben,
    content: 'I wrote down how the motor of the crane is driven. Who sees the mistake?',
  },
  {
    author: ben,
    content: [
      '```ts',
      '// Turns the drum until the hook is at `height` centimetres.',
      'async function lift(height: number): Promise<void> {',
      "  while (sensor.read() < height) await motor.step('up', 4);",
      '}',
      '```',
    ].join('\n'),
  },
  {
    author: dina,
    content: '||It never stops when the sensor is *above* the height.|| The self-test says the same:',
    answers: 1,
    reactions: [['👀', ada, ben]],
  },
  {
    author: dina,
    content:
      '```ansi\n\u001b[1;32mPASS\u001b[0m drum turns up\n\u001b[1;31mFAIL\u001b[0m drum stops \u001b[33m(after 30 s)\u001b[0m\n```',
  },
];

const report = ({ cleo }: Cast, nowMs: number): Shown => ({
  author: cleo,
  content: 'The news of the build, as the robot sees it:',
  embeds: [
    {
      title: 'Nightly check of the harbour model',
      url: 'https://example.org/harbour/nightly',
      description: 'Everything that has a motor was moved once. **One** part needs a look.',
      color: 0x2e_86_ab,
      author: { name: 'Workshop robot' },
      fields: [
        { name: 'Checked', value: '12 motors', inline: true },
        { name: 'Failed', value: '1 (crane)', inline: true },
        { name: 'Took', value: '4 min', inline: true },
        { name: 'Next step', value: '`lift()` has to step *down* as well.' },
      ],
      footer: { text: 'Runs every night' },
      timestamp: new Date(nowMs).toISOString(),
    },
  ],
});

const friday = ({ ada }: Cast): Shown => ({
  author: ada,
  content: '',
  flags: MessageFlags.IsComponentsV2,
  components: [
    {
      type: ComponentType.Container,
      accent_color: 0xc0_57_46,
      components: [
        { type: ComponentType.TextDisplay, content: '### Who brings what on Friday?' },
        {
          type: ComponentType.Section,
          components: [{ type: ComponentType.TextDisplay, content: '**Glue** · two tubes, the strong one' }],
          accessory: {
            type: ComponentType.Button,
            style: ButtonStyle.Primary,
            custom_id: 'glue',
            label: 'I do',
          },
        },
        {
          type: ComponentType.Section,
          components: [
            { type: ComponentType.TextDisplay, content: '**Linen** · for the sails, half a metre' },
          ],
          accessory: {
            type: ComponentType.Button,
            style: ButtonStyle.Success,
            custom_id: 'linen',
            label: 'I do',
          },
        },
        { type: ComponentType.Separator },
        {
          type: ComponentType.ActionRow,
          components: [
            {
              type: ComponentType.Button,
              style: ButtonStyle.Link,
              label: 'Shopping list',
              url: 'https://example.org/harbour/list',
            },
          ],
        },
      ],
    },
  ],
});

const rest = ({ ben, cleo }: Cast): Shown[] => [
  {
    author: ben,
    content: 'Glue is on me. שלום לכולם, נתראה ביום שישי!',
    edit: 'Glue and linen are on me. שלום לכולם, נתראה ביום שישי!',
  },
  { author: cleo, content: '🚢⚓️🎨' },
  { author: cleo, content: '', system: { type: MessageType.GuildBoost } },
];

/** Writes the showcase into a channel. */
export function writeShowcase(world: World, channelId: Snowflake, nowMs: number): void {
  const people = [...world.users.values()].filter(({ bot }) => !bot);
  const idOf = new Map(people.map(({ username, id }) => [username, id]));
  const written: Snowflake[] = [];
  for (const { author, answers, reactions = [], edit, ...message } of showcase([...idOf.keys()], nowMs)) {
    const replyToId = answers === undefined ? null : (written.at(-answers) ?? null);
    const { id: messageId } = world.createMessage(channelId, {
      ...message,
      replyToId,
      authorId: idOf.get(author) ?? '',
    });
    written.push(messageId);
    for (const [name, ...names] of reactions)
      for (const each of names)
        world.reactions.add(
          { channelId, messageId, userId: idOf.get(each) ?? '', emoji: { id: null, name, animated: false } },
          false,
        );
    if (edit !== undefined) world.editMessage(channelId, messageId, { content: edit });
  }
}
