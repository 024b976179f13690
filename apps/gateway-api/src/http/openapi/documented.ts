import { applyDecorators, UseGuards } from '@nestjs/common';
import {
  ApiBearerAuth,
  ApiCookieAuth,
  ApiForbiddenResponse,
  ApiFoundResponse,
  ApiHeader,
  ApiOkResponse,
  ApiOperation,
  ApiTags,
} from '@nestjs/swagger';
import { CSRF_HEADER, SameOriginGuard } from '../guards/same-origin.guard.js';
import { BearerGuard } from '../guards/bearer.guard.js';
import { UserRateLimitGuard } from '../guards/rate-limits.js';
import { list, ref, type Schema, type SchemaObject, TEXT } from './schema-of.js';

/**
 * An endpoint's summary and the schema of its answer: the name of one (`[]` behind it: a list of them), or the schema itself.
 */
export const Answers = (schema: string | SchemaObject, summary: string): MethodDecorator =>
  applyDecorators(
    ApiOperation({ summary }),
    ApiOkResponse({ description: summary, schema: typeof schema === 'string' ? named(schema) : schema }),
  );

/** Callers without the right are refused. */
export const NeedsRight = (right: string): MethodDecorator =>
  ApiForbiddenResponse({
    description: `The caller lacks ${right}.`,
    content: { 'application/problem+json': { schema: ref('Problem') } },
  });

const named = (name: string): Schema => (name.endsWith('[]') ? list(ref(name.slice(0, -2))) : ref(name));

/** Endpoints for those who have a token, so many requests a second each. */
export const AuthenticatedApi = (tag: string): ClassDecorator =>
  applyDecorators(UseGuards(BearerGuard, UserRateLimitGuard), ApiBearerAuth(), ApiTags(tag));

/** An endpoint that a browser is sent to, and that sends it on. */
export const Redirects = (summary: string): MethodDecorator =>
  applyDecorators(
    ApiOperation({ summary }),
    ApiFoundResponse({
      description: summary,
      headers: { Location: { description: 'Where the browser goes on.', schema: TEXT } },
    }),
  );

/** Endpoints that only the service's own page may ask for, by the cookie of its log-in. */
export const SameOriginOnly = (): MethodDecorator =>
  applyDecorators(
    UseGuards(SameOriginGuard),
    ApiHeader({ name: 'Origin', required: true, description: 'The origin of `PUBLIC_URL`.' }),
    ApiHeader({ name: CSRF_HEADER, required: true, description: 'Anything.' }),
    ApiCookieAuth('refresh'),
  );
