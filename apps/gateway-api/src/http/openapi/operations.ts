import type { OpenAPIObject } from '@nestjs/swagger';
import { ref, TEXT } from './schema-of.js';

type Paths = OpenAPIObject['paths'];
type Operation = NonNullable<Paths[string]['get']>;

const json = (schema: string, description: string) => ({
  description,
  content: { 'application/json': { schema: ref(schema) } },
});

/** What every service of the system answers to; its controller is the platform's, which knows nothing of OpenAPI. */
const PLATFORM: Record<string, Pick<Operation, 'summary' | 'responses'>> = {
  '/api/live': {
    summary: 'The process runs; restart it when this fails.',
    responses: { 200: json('Live', 'It runs.') },
  },
  '/api/ready': {
    summary: 'Whether the process can do its work now.',
    responses: {
      200: json('Readiness', 'It can.'),
      503: json('Readiness', 'It cannot: the checks say why.'),
    },
  },
  '/api/status': {
    summary: 'All that the process says of itself.',
    responses: { 200: json('StatusReport', 'The report.') },
  },
  '/metrics': {
    summary: 'Figures for Prometheus.',
    responses: { 200: { description: 'The figures.', content: { 'text/plain': { schema: TEXT } } } },
  },
};

const PROBLEM = {
  description: 'What went wrong.',
  content: { 'application/problem+json': { schema: ref('Problem') } },
};

/** Every operation as it is described, with its errors. */
export const described = (paths: Paths): Paths =>
  Object.fromEntries(
    Object.entries(paths).map(([path, methods]) => [
      path,
      Object.fromEntries(
        Object.entries(methods as Record<string, Operation>).map(([method, operation]) => [
          method,
          withErrors({ ...operation, ...(PLATFORM[path] && { ...PLATFORM[path], tags: ['Vitals'] }) }),
        ]),
      ),
    ]),
  );

const withErrors = (operation: Operation): Operation => ({
  ...operation,
  responses: { ...operation.responses, default: PROBLEM },
});
