import type { OpenAPIObject } from '@nestjs/swagger';
import { ref, TEXT } from './schema-of.js';

type Paths = OpenAPIObject['paths'];
type Operation = NonNullable<Paths[string]['get']>;
type Parameter = NonNullable<Operation['parameters']>[number];

const json = (schema: string, description: string) => ({
  description,
  content: { 'application/json': { schema: ref(schema) } },
});

/** Endpoints that every service has. Their controller belongs to the platform, which does not know OpenAPI. */
const PLATFORM: Record<string, Pick<Operation, 'summary' | 'responses'>> = {
  '/api/live': {
    summary: 'Whether the process runs; restart it when this fails.',
    responses: { 200: json('Live', 'The process runs.') },
  },
  '/api/ready': {
    summary: 'Whether the process can do its work now.',
    responses: {
      200: json('Readiness', 'The process can work.'),
      503: json('Readiness', 'The process cannot work: the checks say why.'),
    },
  },
  '/api/status': {
    summary: 'The full status report of the process.',
    responses: { 200: json('StatusReport', 'The report.') },
  },
  '/metrics': {
    summary: 'Metrics for Prometheus.',
    responses: { 200: { description: 'The metrics.', content: { 'text/plain': { schema: TEXT } } } },
  },
};

const problem = (description: string) => ({
  description,
  content: { 'application/problem+json': { schema: ref('Problem') } },
});

const REFUSALS = {
  400: problem('A parameter or the body is invalid, or is not documented.'),
  401: problem('The token is missing or not valid: `code` says which.'),
  403: problem('The caller may not do this.'),
  404: problem('The id does not exist, or the caller may not see it.'),
  429: problem('Too many requests from this address or user: `Retry-After` says when to try again.'),
  431: { description: 'The headers of the request are too large.' },
} as const;

/** Answers without a token, too; a token adds details. */
const TOKEN_IS_OPTIONAL = new Set(['/api/metrics']);
/** Exempt from the rate limit: probes and scrapes must always be answered. */
const UNLIMITED = new Set(['/api/live', '/api/ready', '/metrics']);
/** These tags need an admin token; the page's endpoints and local log-in need their own origin. */
const RESTRICTED_TAGS = new Set(['Administration', 'Access', 'Webhooks']);

/** Adds security and errors to every operation. */
export const described = (paths: Paths): Paths =>
  Object.fromEntries(
    Object.entries(paths).map(([path, methods]) => [
      path,
      Object.fromEntries(
        Object.entries(methods as Record<string, Operation>).map(([method, operation]) => [
          method,
          completed(path, {
            ...operation,
            ...(PLATFORM[path] && { ...PLATFORM[path], tags: ['Vitals'] }),
          }),
        ]),
      ),
    ]),
  );

function completed(path: string, operation: Operation): Operation {
  const { security = [] } = operation;
  return {
    ...operation,
    ...(operation.parameters && { parameters: operation.parameters.map(commaSeparated) }),
    security: TOKEN_IS_OPTIONAL.has(path) ? [{}, ...security] : security,
    responses: {
      ...Object.fromEntries(refusalsOf(path, operation).map((status) => [status, REFUSALS[status]])),
      ...operation.responses,
      default: problem('The error.'),
    },
  };
}

/** Lists in a query are separated by commas; the default of OpenAPI is to repeat the parameter. */
function commaSeparated(parameter: Parameter): Parameter {
  const isList =
    'schema' in parameter &&
    parameter.schema !== undefined &&
    'type' in parameter.schema &&
    parameter.schema.type === 'array';
  return isList ? { ...parameter, style: 'form', explode: false } : parameter;
}

function refusalsOf(path: string, operation: Operation): (keyof typeof REFUSALS)[] {
  const { security = [], parameters = [], requestBody, tags = [] } = operation;
  const isBelow = parameters.some((each) => 'in' in each && each.in === 'path');
  const isRestricted = tags.some((tag) => RESTRICTED_TAGS.has(tag)) || path.startsWith('/api/v1/channels/');
  const isOfOwnPage = security.some((each) => 'refresh' in each) || path === '/api/auth/local';
  const namesPlace = parameters.some((each) => 'name' in each && /^(guild|channel)s?$/.test(each.name));
  const may: Record<keyof typeof REFUSALS, boolean> = {
    400: parameters.length > 0 || requestBody !== undefined,
    401: security.length > 0,
    403: isRestricted || isOfOwnPage,
    404: isBelow || namesPlace,
    429: !UNLIMITED.has(path),
    431: UNLIMITED.has(path),
  };
  return ([400, 401, 403, 404, 429, 431] as const).filter((status) => may[status]);
}
