import addFormats from 'ajv-formats';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';

interface Document {
  paths: Record<string, Record<string, { responses: Record<string, { content?: Record<string, unknown> }> }>>;
  components: { schemas: Record<string, unknown> };
}

/** Checks that responses match an OpenAPI document and have no undocumented field. */
export class Documented {
  private readonly ajv = new Ajv2020({ strict: false, allErrors: true });
  private readonly validators = new Map<string, ValidateFunction>();

  private constructor(private readonly document: Document) {
    (addFormats as unknown as { default: (ajv: Ajv2020) => void }).default(this.ajv);
    this.ajv.addSchema(closed(document) as object, 'api');
  }

  static of(document: unknown): Documented {
    return new Documented(document as Document);
  }

  /** The violations in the response to `GET path`; empty: none. */
  problemsOf(path: string, status: number, answer: unknown): string[] {
    const template = Object.keys(this.document.paths).find((each) => matches(each, path));
    if (template === undefined) return [`${path} is not documented`];
    const validate = this.validatorOf(template, status);
    return validate(answer) ? [] : (validate.errors ?? []).map((e) => `${e.instancePath} ${e.message}`);
  }

  private validatorOf(template: string, status: number): ValidateFunction {
    const { responses } = this.document.paths[template]!.get!;
    const key = status in responses ? String(status) : 'default';
    const type = Object.keys(responses[key]!.content!)[0]!;
    const steps = ['paths', template, 'get', 'responses', key, 'content', type, 'schema'];
    const pointer = `api#/${steps.map(escaped).join('/')}`;
    const validator = this.validators.get(pointer) ?? this.ajv.compile({ $ref: pointer });
    this.validators.set(pointer, validator);
    return validator;
  }
}

function matches(template: string, path: string): boolean {
  const pattern = template.replaceAll(/\{\w+\}/g, '[^/]+');
  return new RegExp(`^${pattern}$`).test(path.split('?')[0]!);
}

const escaped = (step: string): string =>
  encodeURIComponent(step.replaceAll('~', '~0').replaceAll('/', '~1'));

/** The same schemas with `additionalProperties: false` for every object. */
function closed(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(closed);
  if (typeof schema !== 'object' || schema === null) return schema;
  const entries = Object.entries(schema).map(([key, value]) => [key, closed(value)] as const);
  const isOpen = 'properties' in schema && 'type' in schema && !('additionalProperties' in schema);
  return { ...Object.fromEntries(entries), ...(isOpen && { additionalProperties: false }) };
}
