import { ButtonStyle, ComponentType } from 'discord-api-types/v10';
import type { Conversation, Line } from './line.js';

const minutes = (evening: number): Line => ({
  by: 'cobalt',
  text: [
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
    ['🎉', 'ember', 'hazel', 'dune'],
    ['❤️', 'ember'],
  ],
});

const CRANE: readonly Line[] = [
  {
    by: 'ember',
    text: 'I wrote down how the motor of the crane is driven. Who sees the mistake?',
  },
  {
    by: 'ember',
    text: [
      '```ts',
      '// Turns the drum until the hook is at `height` centimetres.',
      'async function lift(height: number): Promise<void> {',
      "  while (sensor.read() < height) await motor.step('up', 4);",
      '}',
      '```',
    ].join('\n'),
  },
  {
    by: 'dune',
    text: '||It never stops when the sensor is *above* the height.|| The self-test says the same:',
    answers: 1,
    reactions: [['👀', 'cobalt', 'ember']],
  },
  {
    by: 'dune',
    text: '```ansi\n\u001b[1;32mPASS\u001b[0m drum turns up\n\u001b[1;31mFAIL\u001b[0m drum stops \u001b[33m(after 30 s)\u001b[0m\n```',
  },
];

const report = (nowMs: number): Line => ({
  by: 'robot',
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

const FRIDAY: Line = {
  by: 'cobalt',
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
};

const REST: readonly Line[] = [
  {
    by: 'ember',
    text: 'Glue is on me. שלום לכולם, נתראה ביום שישי!',
    edit: 'Glue and linen are on me. שלום לכולם, נתראה ביום שישי!',
  },
  { by: 'hazel', text: '🚢⚓️🎨' },
];

/** A conversation that contains everything that text, embeds and components can show. @param nowMs when it takes place */
export function harbourTalk(nowMs: number): Conversation {
  const evening = Math.ceil(nowMs / 3_600_000 + 3) * 3600;
  const lines = [minutes(evening), ...CRANE, report(nowMs), FRIDAY, ...REST];
  return { channel: 'show-and-tell', lines };
}
