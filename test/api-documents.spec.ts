import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { repositoryRoot } from '@discord-relay/local-stack';
import { createConfig, lint, lintFromString } from '@redocly/openapi-core';

/** Rules of Redocly that do not apply, with the reason. All others are errors, those outside its strict set included. */
const OFF = {
  'info-contact': 'the project has no address to contact',
  'operation-description': 'every operation has a summary',
  'tags-alphabetical': 'tags are in the order in which they are read',
  'path-segment-plural': 'names of paths are fixed',
  'boolean-parameter-prefixes': 'names of parameters are fixed',
  'scalar-property-missing-example': 'types and formats suffice',
  'required-string-property-missing-min-length': 'Discord allows empty strings',
  'response-mime-type': 'it allows application/json only; errors are problem+json',
} as const;

/** Where a rule that applies has an exception, with the reason. */
const EXCEPTIONS: { rule: string; at: RegExp; because: string }[] = [
  {
    rule: 'operation-4xx-problem-details-rfc7807',
    at: /\/responses\/431$/,
    because: 'Node.js answers before the service has the request',
  },
  {
    rule: 'operation-4xx-problem-details-rfc7807',
    at: /\/responses\/416$/,
    because: 'the header Content-Range says what is wrong, and nobody reads a body instead of a file',
  },
  {
    rule: 'operation-4xx-problem-details-rfc7807',
    at: /^#\/webhooks\//,
    because: 'receivers answer, with any body',
  },
];

const config = await createConfig({
  extends: ['all'],
  rules: Object.fromEntries(Object.keys(OFF).map((rule) => [rule, 'off'])),
});

type Problems = Awaited<ReturnType<typeof lint>>;

const exceptionFor = (rule: string, at: string) =>
  EXCEPTIONS.find((each) => each.rule === rule && each.at.test(at));

const located = (problems: Problems) =>
  problems.map(({ ruleId, message, location: [place] }) => ({
    rule: ruleId,
    at: place?.pointer ?? '',
    message,
  }));

const lintFile = async (name: string) =>
  located(await lint({ ref: join(repositoryRoot, 'docs', name), config }));

describe('a description of the API', () => {
  it.each(['openapi.json', 'asyncapi.yaml'])(
    'the description of the API passes every rule of the linter: %s',
    async (name) => {
      const problems = await lintFile(name);
      expect(problems.filter(({ rule, at }) => !exceptionFor(rule, at))).toEqual([]);
    },
  );

  it('every exception from the rules of the API linter is needed', async () => {
    const problems = await lintFile('openapi.json');
    const used = new Set(problems.map(({ rule, at }) => exceptionFor(rule, at)));
    expect(EXCEPTIONS.filter((each) => !used.has(each))).toEqual([]);
  });

  it.each([
    ['security-defined', /"security":\s*\[\s*\{\s*"bearer"/, '"x-security": [{"bearer"'],
    ['operation-operationId-unique', /"operationId":\s*"[^"]+"/g, '"operationId": "same"'],
    ['no-empty-servers', /"servers":/, '"x-servers":'],
    ['no-unresolved-refs', /#\/components\/schemas\/Problem"/, '#/components/schemas/Nothing"'],
    ['path-parameters-defined', /"name":\s*"id"/, '"name": "other"'],
    ['info-license', /"license":/, '"x-license":'],
  ])('the description of the API fails the rule %s when it is broken', async (rule, pattern, replacement) => {
    const source = readFileSync(join(repositoryRoot, 'docs/openapi.json'), 'utf8');
    const broken = source.replace(pattern, replacement);
    expect(broken).not.toBe(source);
    const problems = located(await lintFromString({ source: broken, config }));
    expect(problems.map((each) => each.rule)).toContain(rule);
  });
});
