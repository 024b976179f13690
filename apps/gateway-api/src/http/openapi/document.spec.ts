import type { OpenAPIObject } from '@nestjs/swagger';
import { describeApi } from '../../describe-api.js';

/** Rules that only this API has; test/api-documents.spec.ts applies the rules of a linter. */
interface Operation {
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

it('the OpenAPI document uses every security scheme, and lists the operations that are open', () => {
  const schemes = Object.keys(document.components?.securitySchemes ?? {});
  const used = operations.flatMap(({ operation }) => operation.security?.flatMap(Object.keys) ?? []);
  expect(new Set(used)).toEqual(new Set(schemes));
  expect(namesOf(({ operation }) => operation.security!.length === 0)).toEqual([
    'get /api/auth/methods',
    'post /api/auth/local',
    'get /api/auth/discord',
    'get /api/auth/discord/callback',
    'get /api/v1/attachments/{messageId}/{attachmentId}/file',
    'get /api/health',
    'get /api/live',
    'get /api/ready',
    'get /api/status',
    'get /metrics',
  ]);
});

it('the OpenAPI document describes the refusals of every operation', () => {
  const lacks = (status: string, when: (operation: Operation, path: string) => boolean) =>
    namesOf(({ operation, path }) => when(operation, path) && !operation.responses[status]?.description);
  const isBelow = ({ parameters = [] }: Operation) => parameters.some((each) => each.in === 'path');
  const takesInput = ({ parameters = [], requestBody }: Operation) =>
    parameters.length > 0 || requestBody !== undefined;
  expect(lacks('400', takesInput)).toEqual([]);
  expect(lacks('401', ({ security }) => security!.some((each) => Object.keys(each).length > 0))).toEqual([]);
  expect(lacks('403', (_, path) => /^\/api\/v1\/(tokens|audit|webhooks)/.test(path))).toEqual([]);
  expect(lacks('404', isBelow)).toEqual([]);
  expect(lacks('429', (_, path) => path.startsWith('/api/v1/'))).toEqual([]);
});
