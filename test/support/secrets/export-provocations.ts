import type { RestExport } from '@discord-relay/contracts';
import { planted } from './planted.js';
import { provoke } from './provocations.js';
import { MAX_QUEUED_EXPORTS, type SecretsWorld } from './secrets-world.js';

const ABSENT = '00000000-0000-4000-8000-000000000000';
const PEBIBYTE = 2 ** 50;

export async function provokeByExports(world: SecretsWorld): Promise<void> {
  const { strict, admin, ids } = world;
  const create = () => world.post('exports', { guildId: ids.guildId, query: planted('exported') });
  /** Without the request, which its creator may see. */
  const outcomeOf = async (id: string): Promise<Response> => {
    const { state, error } = (await (await world.get(`exports/${id}`)).json()) as RestExport;
    return Response.json({ state, error });
  };
  const manifestOf = (id: string) => world.get(`exports/${id}/manifest`);
  const headers = { authorization: `Bearer ${admin}` };
  await provoke(world, 'EXPORT.NOT_CONFIGURED', () => fetch(`${strict.url}/api/v1/exports`, { headers }));
  await provoke(world, 'EXPORT.NOT_FOUND', () => world.get(`exports/${ABSENT}`));
  const { id: first } = (await (await create()).json()) as { id: string };
  await provoke(world, '"state":"done"', () => outcomeOf(first));

  /** Another export like the first one, in a folder of nobody unless the columns say otherwise. */
  const copy = async (columns: Record<string, string>): Promise<string> => {
    const id = crypto.randomUUID();
    const row = { id: `'${id}'`, store: `'${ABSENT}'`, request: 'request', ...columns };
    const copied = ['user_id', 'role', 'rights_until', 'guild_id'];
    await world.sql(
      `INSERT INTO relay.exports (${[...copied, ...Object.keys(row)].join(', ')})
       SELECT ${[...copied, ...Object.values(row)].join(', ')} FROM relay.exports WHERE id = '${first}'`,
    );
    return id;
  };
  const waiting: string[] = [];
  for (let n = 0; n < MAX_QUEUED_EXPORTS; n++) waiting.push(await copy({}));
  await provoke(world, 'EXPORT.TOO_MANY', create);
  await provoke(world, 'EXPORT.NOT_READY', () => manifestOf(waiting[0]!));
  await provoke(world, 'EXPORT.NOT_RETRYABLE', () => world.post(`exports/${waiting[0]!}/retry`, {}));
  await world.sql(`UPDATE relay.exports SET state = 'cancelled' WHERE store = '${ABSENT}'`);
  await provoke(world, 'EXPORT.GONE', () => manifestOf(waiting[0]!));
  const lost = await copy({ state: `'done'`, request: `'{"guild": "1", "filter": {}}'` });
  await provoke(world, 'EXPORT.ACCESS_LOST', () => manifestOf(lost));
  const tried = await copy({ store: 'store', attempts: '8' });
  await provoke(world, 'EXPORT.FAILED', () => outcomeOf(tried));
  await copy({ store: 'store', state: `'done'`, bytes: String(PEBIBYTE) });
  const { id: last } = (await (await create()).json()) as { id: string };
  await provoke(world, 'EXPORT.STORAGE_FULL', () => outcomeOf(last));
  await world.sql('DELETE FROM relay.exports');
}
