import { MESSAGES, select, type SelectedRow } from '@discord-relay/read-model';
import type { Querying } from '../../database/read-model.database.js';

const KNOWN = select(MESSAGES, ['id', 'attachments', 'deleted_at']);

export type KnownMessage = SelectedRow<typeof KNOWN>;

/** What is known of these messages, also of deleted ones. */
export const knownMessages = (query: Querying, ids: readonly string[]): Promise<KnownMessage[]> =>
  query.rows<KnownMessage>({
    name: 'known_messages',
    text: `SELECT ${KNOWN.list} FROM messages WHERE id = ANY($1)`,
    values: [ids],
  });
