import { select, type SelectedRow, WEBHOOK_ENDPOINTS } from '@discord-relay/read-model';
import type { Querying } from '../../database/read-model.database.js';
import { resealed, type SealingKeys } from './sealing.js';

const SECRETS = select(WEBHOOK_ENDPOINTS, ['id', 'secrets']);

/**
 * Re-encrypts with the first key all secrets that are encrypted with another one, unless they change meanwhile. Returns the
 * number of endpoints. A secret that no key decrypts stays as it is. @throws the driver's error
 */
export async function resealSecrets(relay: Querying, keys: SealingKeys): Promise<number> {
  if (keys.length === 1) return 0;
  const rows = await relay.rows<SelectedRow<typeof SECRETS>>({
    name: 'webhooks_sealed',
    text: `SELECT ${SECRETS.list} FROM relay.webhook_endpoints`,
    values: [],
  });
  let endpoints = 0;
  for (const { id, secrets } of rows) {
    const after = secrets.map((each) => ({ ...each, sealed: resealed(each.sealed, keys, id) }));
    if (after.every(({ sealed }, i) => sealed === secrets[i]!.sealed)) continue;
    const changed = await relay.rows({
      name: 'webhooks_reseal',
      text: `UPDATE relay.webhook_endpoints SET secrets = $2::jsonb WHERE id = $1 AND secrets = $3::jsonb RETURNING id`,
      values: [id, JSON.stringify(after), JSON.stringify(secrets)],
    });
    endpoints += changed.length;
  }
  return endpoints;
}
