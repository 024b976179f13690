import { startGateway, type TestGateway } from '../../testing/gateway.js';

interface Operation {
  summary?: string;
  tags?: string[];
  responses: Record<string, { content?: Record<string, { schema?: unknown }> }>;
}
interface Document {
  paths: Record<string, Record<string, Operation>>;
}
interface Layer {
  route?: { path: string; methods: Record<string, boolean> };
}

/** Paths of the documentation, which does not describe itself. */
const ITS_OWN = /^\/api\/(docs|openapi)/;
const WITHOUT_BODY = ['204', '302'];

let gateway: TestGateway;
let document: Document;

beforeAll(async () => {
  gateway = await startGateway();
  document = (await (await fetch(`${gateway.url}/api/openapi.json`)).json()) as Document;
});
afterAll(() => gateway.stop());

/** The routes that Express serves, in OpenAPI's notation. */
function routes(): string[] {
  const { router } = gateway.app.getHttpAdapter().getInstance() as unknown as { router: { stack: Layer[] } };
  return router.stack
    .flatMap(({ route }) => (route ? [route] : []))
    .filter(({ path }) => typeof path === 'string' && !ITS_OWN.test(path))
    .flatMap(({ path, methods }) =>
      Object.keys(methods).map((method) => `${method} ${path.replaceAll(/:(\w+)/g, '{$1}')}`),
    );
}

function faultsOf({ summary, tags, responses }: Operation): string[] {
  const [status, answer] = Object.entries(responses).find(([each]) => /^[23]/.test(each)) ?? [];
  const body = Object.values(answer?.content ?? {})[0];
  return [
    ...(summary && tags?.length ? [] : ['has no description']),
    ...(answer ? [] : ['has no answer']),
    ...(body?.schema || WITHOUT_BODY.includes(status!) ? [] : ['has an answer without a schema']),
    ...(responses.default?.content?.['application/problem+json'] ? [] : ['has no errors']),
  ];
}

it('the OpenAPI document describes every path that exists, and no other', () => {
  const described = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => `${method} ${path}`),
  );
  expect(routes().length).toBeGreaterThan(30);
  expect(described.sort()).toEqual(routes().sort());
});

it('the OpenAPI document describes the purpose, the response and the failures of each operation', () => {
  const faults = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).flatMap(([method, operation]) =>
      faultsOf(operation).map((fault) => `${method} ${path} ${fault}`),
    ),
  );
  expect(faults).toEqual([]);
});

it.each(['/api/live', '/api/ready', '/api/auth/me', '/api/stream', '/api/v1/guilds'])(
  'the OpenAPI document is right about the response of %s to an anonymous caller',
  async (path) => {
    const response = await fetch(gateway.url + path);
    const type = response.headers.get('content-type')!.split(';')[0]!;
    const { responses } = document.paths[path]!.get!;
    const answer = responses[response.status] ?? responses.default!;
    expect(Object.keys(answer.content!)).toContain(type);
  },
);
