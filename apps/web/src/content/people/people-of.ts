import type { WireHistoryMessage } from '@discord-relay/contracts';

const MENTION = /<@!?(\d{1,20})>/g;

/** Ids of the users whom a message shows: its author, and those it mentions in its text, embeds or components. */
export function peopleOf(message: WireHistoryMessage): string[] {
  const { author, webhookId, mentions, content, embeds, components } = message;
  const texts = [content, ...[embeds, components].map((part) => (part ? JSON.stringify(part) : ''))];
  return [
    // A webhook's id belongs to no member.
    ...(webhookId === undefined ? [author.id] : []),
    ...(mentions?.users ?? []),
    ...texts.flatMap((text) => [...text.matchAll(MENTION)].map(([, id]) => id!)),
  ];
}
