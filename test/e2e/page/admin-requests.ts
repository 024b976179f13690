import { until } from '@discord-relay/local-stack';
import type { PageContext } from './page-context.js';

/** A request with the token of an admin. @throws Error when the service refuses it */
export async function callAsAdmin(
  { temp }: Pick<PageContext, 'temp'>,
  method: string,
  path: string,
  body?: object,
): Promise<Response> {
  const headers = { authorization: `Bearer ${temp.token}`, 'content-type': 'application/json' };
  const response = await fetch(temp.url + path, {
    method,
    headers,
    ...(body && { body: JSON.stringify(body) }),
  });
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
  return response;
}

/** A token of an analyst. */
export async function createToken(
  context: Pick<PageContext, 'temp'>,
  name: string,
): Promise<{ id: string; token: string }> {
  const response = await callAsAdmin(context, 'POST', '/api/v1/tokens', { name, role: 'analyst' });
  return (await response.json()) as { id: string; token: string };
}

/** Switches the support queue of a guild on, once its channels are projected. */
export async function setUpQueue(
  { temp }: Pick<PageContext, 'temp'>,
  guildId: string,
  settings: {
    channelIds: readonly string[];
    staffRoleIds?: readonly string[];
    solvedTagIds?: readonly string[];
  },
): Promise<void> {
  const defaults = { staffRoleIds: [], solvedTagIds: [], messageChannelIds: [], solvedWhenArchived: true };
  const body = JSON.stringify({ ...defaults, ...settings });
  const headers = { authorization: `Bearer ${temp.token}`, 'content-type': 'application/json' };
  await until('the queue is set up', 30_000, async () => {
    const url = `${temp.url}/api/v1/guilds/${guildId}/queue/settings`;
    return (await fetch(url, { method: 'PUT', headers, body })).ok || undefined;
  });
}
