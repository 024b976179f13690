import { applyDecorators, Header, UseGuards } from '@nestjs/common';
import {
  ApiBearerAuth,
  ApiCookieAuth,
  ApiForbiddenResponse,
  ApiFoundResponse,
  ApiHeader,
  ApiOkResponse,
  ApiOperation,
  ApiResponse,
  ApiTags,
} from '@nestjs/swagger';
import { CSRF_HEADER, SameOriginGuard } from '../guards/same-origin.guard.js';
import { BearerGuard } from '../guards/bearer.guard.js';
import { UserRateLimitGuard } from '../guards/rate-limits.js';
import type { AnswerName, AnswerOf } from './answers.js';
import { list, ref, TEXT } from './schema-of.js';

/** A method that returns `T` or a promise of it. */
type Answering<T> = (...args: never[]) => T | Promise<T>;

/**
 * Documents an endpoint: its summary and the schema of its response. Compiles only on a method whose return type matches the
 * schema. Errors are documented for all endpoints together.
 */
export const Answers =
  <Name extends AnswerName>(schema: Name, summary: string) =>
  <Method extends Answering<AnswerOf<Name>>>(
    target: object,
    key: string | symbol,
    descriptor: TypedPropertyDescriptor<Method>,
  ): void => {
    const answer = schema.endsWith('[]') ? list(ref(schema.slice(0, -2))) : ref(schema);
    ApiOperation({ summary })(target, key, descriptor);
    ApiOkResponse({ description: summary, schema: answer })(target, key, descriptor);
  };

/** As {@link Answers}, for a method that returns the JSON text of the response. */
export const AnswersText =
  (schema: AnswerName, summary: string) =>
  <Method extends Answering<string>>(
    target: object,
    key: string | symbol,
    descriptor: TypedPropertyDescriptor<Method>,
  ): void => {
    ApiOperation({ summary })(target, key, descriptor);
    ApiOkResponse({ description: summary, content: { 'application/json': { schema: ref(schema) } } })(
      target,
      key,
      descriptor,
    );
    Header('Content-Type', 'application/json; charset=utf-8')(target, key, descriptor);
  };

/** Documents that callers without the right are refused. */
export const NeedsRight = (right: string): MethodDecorator =>
  ApiForbiddenResponse({
    description: `The caller lacks ${right}.`,
    content: { 'application/problem+json': { schema: ref('Problem') } },
  });

/** Endpoints that require a token and are limited in requests per second. */
export const AuthenticatedApi = (tag: string): ClassDecorator =>
  applyDecorators(UseGuards(BearerGuard, UserRateLimitGuard), ApiBearerAuth(), ApiTags(tag));

/** An endpoint that a browser navigates to, and that redirects it. */
export const Redirects = (summary: string): MethodDecorator =>
  applyDecorators(
    ApiOperation({ summary }),
    ApiFoundResponse({
      description: summary,
      headers: { Location: { description: 'Where the browser is redirected.', schema: TEXT } },
    }),
  );

const BINARY = { 'application/octet-stream': { schema: { type: 'string', format: 'binary' } } } as const;

/** Documents an endpoint that sends a file or a part of it, or JSON with this schema if there is one. */
export const SendsFile = (schema: AnswerName | undefined, summary: string): MethodDecorator =>
  applyDecorators(
    ApiOperation({ summary }),
    ApiHeader({ name: 'Range', required: false, description: 'A range of bytes.' }),
    ApiHeader({ name: 'If-Range', required: false, description: 'The `ETag` of the part that you have.' }),
    ApiOkResponse({
      description: 'The file; its `ETag` is its SHA-256.',
      content: schema === undefined ? BINARY : { 'application/json': { schema: ref(schema) }, ...BINARY },
    }),
    ApiResponse({ status: 206, description: 'The range of bytes.', content: BINARY }),
    ApiResponse({ status: 304, description: 'You have this file.' }),
    ApiResponse({ status: 416, description: 'The file has no such bytes.' }),
  );

/** An endpoint that answers with a redirect unless the caller accepts only JSON. */
export const MayRedirect = (): MethodDecorator =>
  ApiFoundResponse({
    description: 'For callers that accept more than JSON.',
    headers: { Location: { description: 'The address that the JSON response contains.', schema: TEXT } },
  });

/** Endpoints that only the service's own page may call, with the cookie of its log-in. */
export const SameOriginOnly = (): MethodDecorator =>
  applyDecorators(
    UseGuards(SameOriginGuard),
    ApiHeader({ name: 'Origin', required: true, description: 'The origin of `PUBLIC_URL`.' }),
    ApiHeader({ name: CSRF_HEADER, required: true, description: 'Any value.' }),
    ApiCookieAuth('refresh'),
  );
