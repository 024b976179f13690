import { MESSAGES, select, type SelectedRow } from '@discord-relay/read-model';
import type { Querying } from '../../database/read-model.database.js';

const ATTACHMENTS = select(MESSAGES, ['channel_id', 'attachments']);

/** The channel and the attachments of a message that is not deleted. */
export async function findAttachments(
  query: Querying,
  messageId: string,
): Promise<SelectedRow<typeof ATTACHMENTS> | undefined> {
  const [row] = await query.rows<SelectedRow<typeof ATTACHMENTS>>({
    name: 'attachments',
    text: `SELECT ${ATTACHMENTS.list} FROM messages WHERE id = $1 AND deleted_at IS NULL`,
    values: [messageId],
  });
  return row;
}
