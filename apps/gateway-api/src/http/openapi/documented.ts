import { applyDecorators, UseGuards } from '@nestjs/common';
import { ApiBearerAuth, ApiDefaultResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { BearerGuard } from '../bearer.guard.js';
import { UserLimitGuard } from '../limits.js';
import { list, ref } from './schema-of.js';

/** An endpoint's line and the schema of its answer; `[]` behind the name: a list of them. */
export const Answers = (schema: string, summary: string): MethodDecorator =>
  applyDecorators(
    ApiOperation({ summary }),
    ApiOkResponse({
      description: summary,
      schema: schema.endsWith('[]') ? list(ref(schema.slice(0, -2))) : ref(schema),
    }),
    ApiDefaultResponse({
      description: 'What went wrong.',
      content: { 'application/problem+json': { schema: ref('Problem') } },
    }),
  );

/** Endpoints for those who have a token, so many requests a second each. */
export const ForUsers = (tag: string): ClassDecorator =>
  applyDecorators(UseGuards(BearerGuard, UserLimitGuard), ApiBearerAuth(), ApiTags(tag));
