import type { OpenAPIObject } from '@nestjs/swagger';
import { describeApi } from '../../describe-api.js';

/** The rules of common strict linters for OpenAPI 3.1. */
interface Operation {
  operationId?: string;
  tags?: string[];
  security?: Record<string, string[]>[];
  parameters?: { name: string; in: string }[];
  requestBody?: object;
  responses: Record<string, { description?: string; content?: Record<string, unknown> }>;
}

let document: OpenAPIObject;
let operations: { path: string; name: string; operation: Operation }[];

beforeAll(async () => {
  document = await describeApi();
  operations = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods as Record<string, Operation>).map(([method, operation]) => ({
      path,
      name: `${method} ${path}`,
      operation,
    })),
  );
  expect(operations.length).toBeGreaterThan(30);
});

const namesOf = (fails: (each: (typeof operations)[number]) => boolean) =>
  operations.filter(fails).map(({ name }) => name);

it('has a title, a licence and the address of the service', () => {
  const { info, servers } = document;
  expect(info).toMatchObject({ license: { name: 'MIT', identifier: 'MIT' } });
  expect(info.title && info.description && info.version).toBeTruthy();
  expect(servers).toEqual([{ url: '/', description: expect.any(String) }]);
});

it('gives every operation a unique id', () => {
  const ids = operations.map(({ operation }) => operation.operationId);
  expect(ids).not.toContain(undefined);
  expect(ids.filter((id, index) => ids.indexOf(id) < index)).toEqual([]);
});

it('describes the security of every operation by known schemes, and which operations are open', () => {
  const schemes = Object.keys(document.components?.securitySchemes ?? {});
  const used = operations.flatMap(({ operation }) => operation.security?.flatMap(Object.keys) ?? []);
  expect(namesOf(({ operation }) => operation.security === undefined)).toEqual([]);
  expect(new Set(used)).toEqual(new Set(schemes));
  expect(namesOf(({ operation }) => operation.security!.length === 0)).toEqual([
    'get /api/auth/methods',
    'post /api/auth/local',
    'get /api/auth/discord',
    'get /api/auth/discord/callback',
    'get /api/health',
    'get /api/live',
    'get /api/ready',
    'get /api/status',
    'get /metrics',
  ]);
});

it('describes the refusals of every operation', () => {
  const lacks = (status: string, when: (operation: Operation, path: string) => boolean) =>
    namesOf(({ operation, path }) => when(operation, path) && !operation.responses[status]?.description);
  const isBelow = ({ parameters = [] }: Operation) => parameters.some((each) => each.in === 'path');
  const takesInput = ({ parameters = [], requestBody }: Operation) =>
    parameters.length > 0 || requestBody !== undefined;
  expect(
    namesOf(({ operation }) => !Object.keys(operation.responses).some((each) => /^4/.test(each))),
  ).toEqual([]);
  expect(lacks('400', takesInput)).toEqual([]);
  expect(lacks('401', ({ security }) => security!.some((each) => Object.keys(each).length > 0))).toEqual([]);
  expect(lacks('403', (_, path) => /^\/api\/v1\/(tokens|audit|webhooks)/.test(path))).toEqual([]);
  expect(lacks('404', isBelow)).toEqual([]);
  expect(lacks('429', (_, path) => path.startsWith('/api/v1/'))).toEqual([]);
});

it('describes every tag, every path parameter and every referenced schema', () => {
  const tags = new Set(document.tags?.filter(({ description }) => description).map(({ name }) => name));
  expect(namesOf(({ operation }) => !operation.tags?.every((tag) => tags.has(tag)))).toEqual([]);
  const templated = (path: string) => [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name).sort();
  const described = ({ parameters = [] }: Operation) =>
    parameters.flatMap((each) => (each.in === 'path' ? [each.name] : [])).sort();
  expect(namesOf(({ path, operation }) => `${templated(path)}` !== `${described(operation)}`)).toEqual([]);
  const references = [...JSON.stringify(document).matchAll(/"\$ref":"#\/components\/schemas\/(\w+)"/g)];
  const schemas = Object.keys(document.components?.schemas ?? {});
  const referred = new Set(references.map(([, name]) => name));
  expect([...referred].filter((name) => !schemas.includes(name!))).toEqual([]);
});
