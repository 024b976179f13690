import { readFile } from 'node:fs/promises';
import addFormats from 'ajv-formats';
import { Ajv, type ValidateFunction } from 'ajv';
import { parse } from 'yaml';

type Place = 'socket' | 'stream';

interface Document {
  channels: Record<Place, { messages: Record<string, { name: string; payload?: unknown }> }>;
  components: { schemas: Record<string, unknown> };
}

const SCHEMA = '#/components/schemas/';

/** Checks messages against the AsyncAPI document; an undocumented field is a violation. */
export class LiveProtocol {
  private readonly ajv = new Ajv({ strict: false, allErrors: true });
  private readonly validators = new Map<string, ValidateFunction>();

  private constructor(readonly document: Document) {
    (addFormats as unknown as { default: (ajv: Ajv) => void }).default(this.ajv);
    this.ajv.addSchema({ $id: 'live', ...(closed(document) as object) });
  }

  static async read(): Promise<LiveProtocol> {
    const page = new URL('../../../../docs/asyncapi.yaml', import.meta.url);
    return new LiveProtocol(parse(await readFile(page, 'utf8')) as Document);
  }

  /** Names of all documented messages; of acknowledgements `<request>_ack`. */
  names(place: Place): string[] {
    return Object.keys(this.document.channels[place].messages);
  }

  /** The violations in a message; empty: none. */
  problemsOf(place: Place, name: string, payload: unknown): string[] {
    const message = this.document.channels[place].messages[name];
    if (!message) return [`${name} is not documented`];
    if (!message.payload) return payload === undefined ? [] : [`${name} has no payload`];
    const pointer = `live#/channels/${place}/messages/${name}/payload`;
    const validate = this.validators.get(pointer) ?? this.ajv.compile({ $ref: pointer });
    this.validators.set(pointer, validate);
    return validate(payload)
      ? []
      : (validate.errors ?? []).map(
          (e) => `${name}${e.instancePath} ${e.message} ${JSON.stringify(e.params)}`,
        );
  }

  /** Documented types that nothing refers to. */
  unusedTypes(): string[] {
    const text = JSON.stringify(this.document);
    return Object.keys(this.document.components.schemas).filter(
      (name) => !text.includes(`"${SCHEMA}${name}"`),
    );
  }
}

/** The same schemas with `additionalProperties: false` for every object. */
function closed(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(closed);
  if (typeof schema !== 'object' || schema === null) return schema;
  const entries = Object.entries(schema).map(([key, value]) => [key, closed(value)] as const);
  const isOpen = 'properties' in schema && 'type' in schema && !('additionalProperties' in schema);
  return { ...Object.fromEntries(entries), ...(isOpen && { additionalProperties: false }) };
}
