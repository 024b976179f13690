import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import addFormats from 'ajv-formats';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';

interface OpenApi {
  paths: Record<
    string,
    Record<string, { responses: Record<string, { content?: Record<string, { schema: object }> }> }>
  >;
  components: { schemas: Record<string, { properties?: object }> };
}

interface Field {
  name: string;
}

interface GatewayEvents {
  dispatch_events: {
    name: string;
    fields?: Field[];
    payload: { object?: string };
    intents?: { bit: number; scope: string }[];
  }[];
  objects: Record<string, { structures: { fields: Field[] }[] }>;
}

const SPEC_ID = 'discord';
/** Fields that Discord sends and libraries read, although they are not documented. */
const UNDOCUMENTED: Record<string, readonly string[]> = { READY: ['private_channels'] };
const DIALECT_ONLY = ['int32', 'int64', 'double', 'float', 'nonce'];

/** Discord's published specification. It is not part of this repository. */
export class DiscordSpec {
  private readonly ajv = new Ajv2020({ strict: false, allErrors: true, validateFormats: true });
  private readonly openApi: OpenApi;
  private readonly events: GatewayEvents | undefined;

  /** @param folder holds `openapi.json`, and `gateway-events.json` if the events are to be checked as well. */
  constructor(folder: string) {
    this.openApi = readJson<OpenApi>(folder, 'openapi.json');
    const events = 'gateway-events.json';
    this.events = existsSync(join(folder, events)) ? readJson<GatewayEvents>(folder, events) : undefined;
    addFormats.default(this.ajv);
    this.ajv.addFormat('snowflake', /^(0|[1-9]\d{0,19})$/);
    for (const format of DIALECT_ONLY) this.ajv.addFormat(format, true);
    this.ajv.addSchema(this.openApi, SPEC_ID);
  }

  /** Whether the documentation of gateway events is there too: Discord does not publish it as data. */
  get knowsEvents(): boolean {
    return this.events !== undefined;
  }

  /** `it`; without the documentation of events, a test that is reported as skipped. */
  get itWithEvents(): jest.It {
    return this.knowsEvents ? it : it.skip;
  }

  /** The violations of a named schema in `value`; empty: none. */
  problemsOf(schema: string, value: unknown): string[] {
    if (!this.openApi.components.schemas[schema])
      throw new Error(`the specification has no schema ${schema}`);
    return check(this.ajv.compile({ $ref: `${SPEC_ID}#/components/schemas/${schema}` }), value);
  }

  /** The violations in the JSON body of an operation's answer. `path` is the specification's template. */
  problemsOfAnswer(method: 'get' | 'post' | 'patch' | 'put', path: string, value: unknown): string[] {
    const responses = this.openApi.paths[path]?.[method]?.responses;
    const schema = (responses?.['200'] ?? responses?.['201'])?.content?.['application/json']?.schema;
    if (!schema) throw new Error(`the specification has no JSON answer for ${method} ${path}`);
    return check(this.ajv.compile(rebased(schema)), value);
  }

  /** Every event with the intent bits of which a bot needs one to receive it in a guild; 0: none. */
  intentsOfGuildEvents(): [name: string, bits: number][] {
    return this.documentedEvents.dispatch_events.map(({ name, intents = [] }) => [
      name,
      intents.filter(({ scope }) => scope !== 'dm').reduce((bits, { bit }) => bits | (1 << bit), 0),
    ]);
  }

  /** Keys of a dispatch's data that neither the event's documented fields nor the schema know. */
  unknownFieldsOf(event: string, schema: string | null, d: object): string[] {
    const { dispatch_events: events, objects } = this.documentedEvents;
    const documented = events.find(({ name }) => name === event);
    if (!documented) throw new Error(`the documentation has no event ${event}`);
    const object = objects[documented.payload.object ?? '']?.structures[0]?.fields ?? [];
    const documentedNames = [...(documented.fields ?? []), ...object].map(({ name }) => name);
    const known = new Set([...documentedNames, ...(UNDOCUMENTED[event] ?? [])]);
    const inSchema = schema === null ? {} : (this.openApi.components.schemas[schema]?.properties ?? {});
    return Object.keys(d).filter((key) => !known.has(key) && !(key in inSchema));
  }

  private get documentedEvents(): GatewayEvents {
    if (!this.events) throw new Error('there is no gateway-events.json');
    return this.events;
  }
}

function readJson<T>(folder: string, file: string): T {
  return JSON.parse(readFileSync(join(folder, file), 'utf8')) as T;
}

/** References inside an operation are relative to the document; compiled alone they need its name. */
function rebased(schema: object): object {
  return JSON.parse(
    JSON.stringify(schema).replaceAll('"#/components/', `"${SPEC_ID}#/components/`),
  ) as object;
}

function check(validate: ValidateFunction, value: unknown): string[] {
  if (validate(value)) return [];
  return (validate.errors ?? []).map(
    ({ instancePath, message }) => `${instancePath || '/'} ${message ?? 'is invalid'}`,
  );
}
