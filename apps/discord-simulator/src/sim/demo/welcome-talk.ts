import { ButtonStyle, ComponentType, SeparatorSpacingSize } from 'discord-api-types/v10';
import type { Conversation } from './line.js';

/** The first channel: what the server is about, its rules, and newcomers. */
export const WELCOME_TALK: readonly Conversation[] = [
  {
    channel: 'welcome',
    lines: [
      {
        by: 'amber',
        components: [
          {
            type: ComponentType.Container,
            accent_color: 0xde_54_3e,
            components: [
              {
                type: ComponentType.TextDisplay,
                content:
                  '# Welcome to the Kite Workshop\nWe build kites, model ships and whatever else moves with the wind. Beginners are welcome; bring questions.',
              },
              {
                type: ComponentType.MediaGallery,
                items: [
                  {
                    media: { url: 'attachment://kite.png' },
                    description: 'A red and yellow kite above a meadow',
                  },
                  { media: { url: 'attachment://harbour.png' }, description: 'A model ship at sunset' },
                ],
              },
              { type: ComponentType.Separator, divider: true, spacing: SeparatorSpacingSize.Small },
              {
                type: ComponentType.TextDisplay,
                content:
                  '**Three rules**\n1. Be kind.\n2. Questions go to {#support}, pictures to {#show-and-tell}.\n3. No kites near power lines. *Ever.*',
              },
              {
                type: ComponentType.Section,
                components: [
                  {
                    type: ComponentType.TextDisplay,
                    content: '**Workshop** · every Friday at 19:00, in the old boathouse',
                  },
                ],
                accessory: {
                  type: ComponentType.Button,
                  style: ButtonStyle.Success,
                  custom_id: 'join-friday',
                  label: 'I will come',
                },
              },
              {
                type: ComponentType.ActionRow,
                components: [
                  {
                    type: ComponentType.Button,
                    style: ButtonStyle.Link,
                    label: 'How to get there',
                    url: 'https://example.org/boathouse',
                  },
                ],
              },
            ],
          },
        ],
        pictures: [
          { of: 'kite', alt: 'A red and yellow kite above a meadow' },
          { of: 'harbour', alt: 'A model ship at sunset' },
        ],
        isPinned: true,
        reactions: [
          ['❤️', 'birch', 'cobalt', 'dune', 'ember', 'hazel'],
          ['🪁', 'fern', 'iris'],
        ],
      },
      {
        by: 'juniper',
        text: 'Hello everybody! I have a kite that only flies sideways, so I think I am in the right place.',
      },
      {
        by: 'hazel',
        text: 'Welcome, {@juniper}! Sideways is further than mine went the first time.',
        answers: 1,
        reactions: [['😂', 'juniper', 'amber', 'dune']],
      },
      { by: 'birch', sticker: 'Kite' },
    ],
  },
  {
    channel: 'welcome',
    lines: [
      {
        by: 'iris',
        text: 'New here too. Is the Friday workshop open to people who have never held a pair of pliers?',
      },
      {
        by: 'amber',
        text: 'Especially to them. Ask for {@birch}, the pliers are in the **left** drawer.',
        answers: 1,
      },
      {
        by: 'birch',
        text: 'In the right drawer.',
        edit: 'In the right drawer. The left one is the drawer of things we do not talk about.',
        reactions: [
          ['👀', 'iris', 'cobalt'],
          ['😂', 'amber', 'juniper'],
        ],
      },
    ],
  },
];
