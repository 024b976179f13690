import type { MessageExtras } from '@discord-relay/contracts';

/** Keys of attachments, embeds, components, polls and stickers that the service searches. */
const SHOWN = new Set([
  ...[
    'title',
    'description',
    'name',
    'value',
    'text',
    'content',
    'label',
    'placeholder',
    'question',
    'filename',
  ],
]);

/** What a message shows besides its text, as far as the service searches it. */
export const textsBeside = ({ attachments, embeds, components, stickers, poll }: MessageExtras): string[] =>
  [attachments, embeds, components, stickers, poll].flatMap((part) => textsIn(part));

function textsIn(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, each]: [string, unknown]) =>
    typeof each === 'string' ? (SHOWN.has(key) ? [each] : []) : textsIn(each),
  );
}
