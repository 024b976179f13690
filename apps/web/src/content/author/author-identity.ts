import type { MessageExtras, WireAuthor } from '@discord-relay/contracts';

interface Authored extends Pick<MessageExtras, 'webhookId'> {
  author: WireAuthor;
}

/**
 * Who a message is by, for grouping and colours. A webhook speaks for several people under one id: each name with its
 * picture is a person of its own.
 */
export function authorKey({ author, webhookId }: Authored): string {
  return webhookId === undefined ? author.id : `${webhookId}/${author.username}/${author.avatar ?? ''}`;
}
