// The live protocol as AsyncAPI 3: every event and request with the schema of its type in libs/contracts.
import { join } from 'node:path';
import { createGenerator } from 'ts-json-schema-generator';
import { root } from './bootstrap.mjs';

const REF = '#/definitions/';
const COMPONENT = '#/components/schemas/';

/** Generates the JSON Schema of a type in libs/contracts, with those of all types that it uses. */
const contractTypes = () =>
  createGenerator({
    path: join(root, 'libs/contracts/src/index.ts'),
    tsconfig: join(root, 'tsconfig.json'),
    topRef: false,
    expose: 'export',
    jsDoc: 'basic',
    skipTypeCheck: true,
    // Clients must accept fields that a later version adds.
    additionalProperties: true,
  });

/** Anonymous types are inlined. */
const hasName = (name) => /^\w+$/.test(name);

/** Collects schemas under the names of their types, and writes references to them as AsyncAPI does. */
class Schemas {
  components = {};

  constructor(definitions) {
    this.definitions = definitions;
  }

  of(schema) {
    if (Array.isArray(schema)) return schema.map((item) => this.of(item));
    if (typeof schema !== 'object' || schema === null) return schema;
    if (typeof schema.$ref === 'string')
      return this.reference(decodeURIComponent(schema.$ref.slice(REF.length)));
    return Object.fromEntries(Object.entries(schema).map(([key, value]) => [key, this.of(value)]));
  }

  reference(name) {
    if (!hasName(name)) return this.of(this.definitions[name]);
    if (!(name in this.components)) {
      this.components[name] = {};
      this.components[name] = this.of(this.definitions[name]);
    }
    return { $ref: COMPONENT + name };
  }
}

/** The parameters of a function type, by name. */
const parametersOf = (schema) => schema.properties?.namedArgs?.properties ?? {};

/** One message; its name is the one on the wire. */
const message = (name, payload, description) => ({
  name,
  contentType: 'application/json',
  ...(description && { description }),
  ...(payload && { payload }),
});

const messageRef = (channel, id) => ({ $ref: `#/channels/${channel}/messages/${id.replaceAll('.', '_')}` });
const keyed = (messages) =>
  Object.fromEntries(messages.map(([id, value]) => [id.replaceAll('.', '_'), value]));

function socketChannel(schemas, toClient, toServer) {
  const events = Object.entries(toClient.properties).map(([name, schema]) => [
    name,
    message(name, schemas.of(Object.values(parametersOf(schema))[0])),
  ]);
  const requests = Object.entries(toServer.properties).flatMap(([name, schema]) => {
    const { request, ack } = parametersOf(schema);
    return [
      [name, message(name, request && schemas.of(request))],
      [`${name}_ack`, message(`${name} acknowledgement`, schemas.of(parametersOf(ack).answer))],
    ];
  });
  return { events, requests, messages: keyed([...events, ...requests]) };
}

const requestOperation = (name) => ({
  action: 'receive',
  channel: { $ref: '#/channels/socket' },
  messages: [messageRef('socket', name)],
  reply: { channel: { $ref: '#/channels/socket' }, messages: [messageRef('socket', `${name}_ack`)] },
});

const tellOperation = (channel, names) => ({
  action: 'send',
  channel: { $ref: `#/channels/${channel}` },
  messages: names.map((name) => messageRef(channel, name)),
});

const STREAM_QUERY = {
  type: 'object',
  properties: {
    guild: {
      type: 'string',
      description: 'A guild; absent: all guilds of which the user may see something.',
    },
    channels: {
      type: 'string',
      description: 'Ids, comma-separated; default: all that the user may read.',
    },
    types: { type: 'string', description: 'Names of events, comma-separated; default: all.' },
    after: { type: 'string', description: 'Cursor to resume from; a `Last-Event-ID` takes precedence.' },
  },
};

const SERVERS = {
  socketio: {
    host: 'localhost:3000',
    protocol: 'socket.io',
    description: 'Socket.IO 4 with `auth: { token }`.',
  },
  sse: {
    host: 'localhost:3000',
    protocol: 'http',
    description: 'Server-sent events; bearer token or session cookie.',
  },
};

/** @returns {object} an AsyncAPI 3.0.0 document, from the point of view of gateway-api */
export function asyncapiDocument({ version }) {
  const types = contractTypes();
  const toClient = types.createSchema('ServerToClientEvents');
  const toServer = types.createSchema('ClientToServerEvents');
  const stream = types.createSchema('StreamEvents');
  const schemas = new Schemas({ ...toClient.definitions, ...toServer.definitions, ...stream.definitions });
  const socket = socketChannel(schemas, toClient, toServer);
  const streamed = Object.entries(stream.properties).map(([name, schema]) => [
    name,
    message(name, schemas.of(schema)),
  ]);
  const operations = Object.fromEntries(
    Object.keys(toServer.properties).map((name) => [name, requestOperation(name)]),
  );
  return {
    asyncapi: '3.0.0',
    info: {
      title: 'discord-relay live protocol',
      version,
      description:
        'Generated by `npm run docs` from libs/contracts: change the types, not this page. protocol.md explains how the parts work together.',
      license: { name: 'MIT' },
    },
    defaultContentType: 'application/json',
    servers: SERVERS,
    channels: {
      socket: {
        address: '/socket.io',
        description: 'Every event has one argument. Every request is acknowledged.',
        servers: [{ $ref: '#/servers/socketio' }],
        messages: socket.messages,
      },
      stream: {
        address: '/api/stream',
        description: '`event:` is the name, `data:` the payload as JSON, `id:` the cursor.',
        servers: [{ $ref: '#/servers/sse' }],
        messages: keyed(streamed),
        bindings: { http: {} },
      },
    },
    operations: {
      ...operations,
      tell_sockets: tellOperation('socket', Object.keys(toClient.properties)),
      tell_streams: {
        ...tellOperation('stream', Object.keys(stream.properties)),
        bindings: { http: { method: 'GET', query: STREAM_QUERY } },
      },
    },
    components: { schemas: sorted(schemas.components) },
  };
}

const sorted = (record) => Object.fromEntries(Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1)));
