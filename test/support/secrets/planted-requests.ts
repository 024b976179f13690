import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import {
  plantedObject,
  plantedValue,
  resolved,
  type Schema,
  type Schemas,
  validValue,
} from '../values/described-fields.js';
import { planted } from './planted.js';

interface Parameter {
  name: string;
  in: 'path' | 'query' | 'header';
  required?: boolean;
  schema: Schema;
}
interface Operation {
  parameters?: Parameter[];
  requestBody?: { content: { 'application/json': { schema: Schema } } };
}
interface OpenApi {
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Schemas };
}
interface AsyncApi {
  operations: Record<string, { action: 'send' | 'receive'; messages: { $ref: string }[] }>;
  channels: Record<string, { messages: Record<string, { payload?: Schema }> }>;
  components: { schemas: Schemas };
}

export interface PlantedRequest {
  method: string;
  /** As documented, with the names of its parameters. */
  route: string;
  /** The path with values, and the query. */
  path: string;
  headers: Record<string, string>;
  body: string | null;
  /** The only field with a secret; null: all have one. */
  only: string | null;
}

/** Ids of existing objects, so that a request with one planted field is processed as far as possible. */
export interface ExistingIds {
  guildId: string;
  channelId: string;
}

const read = (name: string): string =>
  readFileSync(new URL(`../../../docs/${name}`, import.meta.url), 'utf8');

/** The fields of the request; each is planted alone, so that no other field is refused before it. */
function fieldsOf({ parameters = [], requestBody }: Operation, schemas: Schemas): string[] {
  const body = requestBody && resolved(requestBody.content['application/json'].schema, schemas);
  return [...parameters.map(({ name }) => name), ...Object.keys(body?.properties ?? {})];
}

function requestOf(
  [method, route, operation]: readonly [string, string, Operation],
  schemas: Schemas,
  ids: ExistingIds,
  only?: string,
): PlantedRequest {
  const id = route.includes('/channels/') ? ids.channelId : ids.guildId;
  const headers: Record<string, string> = {};
  const query = new URLSearchParams();
  let path = route;
  for (const { name, in: place, required, schema } of operation.parameters ?? []) {
    const isPlanted = only === undefined || only === name;
    if (!isPlanted && !required) continue;
    const secret = planted(`${place}-${name}`);
    const value = String(isPlanted ? plantedValue(schema, schemas, secret) : validValue(schema, schemas, id));
    if (place === 'path') path = path.replace(`{${name}}`, value);
    else if (place === 'query') query.set(name, value);
    else headers[name] = value;
  }
  const schema = operation.requestBody?.content['application/json'].schema;
  const where = planted('body');
  const body = schema && plantedObject(resolved(schema, schemas), schemas, { id, where, only });
  return {
    method: method.toUpperCase(),
    route,
    path: query.size > 0 ? `${path}?${query.toString()}` : path,
    headers,
    body: body ? JSON.stringify(body) : null,
    only: only ?? null,
  };
}

/**
 * For every documented operation: a request with a secret in every field of its path, query, headers and body, and one for each
 * field with a secret in that field only.
 */
export function plantedRequests(ids: ExistingIds): PlantedRequest[] {
  const { paths, components } = JSON.parse(read('openapi.json')) as OpenApi;
  const { schemas } = components;
  return Object.entries(paths).flatMap(([route, methods]) =>
    Object.entries(methods).flatMap(([method, operation]) =>
      [undefined, ...fieldsOf(operation, schemas)].map((only) =>
        requestOf([method, route, operation], schemas, ids, only),
      ),
    ),
  );
}

export interface PlantedEvent {
  event: string;
  payload: Record<string, unknown> | null;
}

/** The same for every documented request of a socket; a request without a payload gets one, too. */
export function plantedEvents({ channelId }: ExistingIds): PlantedEvent[] {
  const { operations, channels, components } = parse(read('asyncapi.yaml')) as AsyncApi;
  const { schemas } = components;
  return Object.entries(operations)
    .filter(([, { action }]) => action === 'receive')
    .flatMap(([event]) => {
      const { payload } = channels.socket!.messages[event]!;
      const where = planted(`event-${event}`);
      if (!payload) return [{ event, payload: { unknown: where } }];
      const schema = resolved(payload, schemas);
      return [undefined, ...Object.keys(schema.properties ?? {})].map((only) => ({
        event,
        payload: plantedObject(schema, schemas, { id: channelId, where, only }),
      }));
    });
}

/**
 * Headers that proxies, browsers and clients send with any request. X-Request-Id is not planted: it is a name that clients give
 * a request to find it in the log.
 */
export const plantedHeaders = (authorization: string): Record<string, string> => ({
  authorization,
  cookie: `relay_refresh=${planted('refresh')}; relay_login=${planted('login')}; relay_access=${planted('access')}`,
  'user-agent': planted('user-agent'),
  'x-forwarded-for': planted('forwarded'),
  'x-api-key': planted('api-key'),
  'if-none-match': `"${planted('etag')}"`,
  traceparent: planted('traceparent'),
  tracestate: `a=${planted('tracestate')}`,
  referer: `http://u:${planted('referer')}@127.0.0.1/`,
});
