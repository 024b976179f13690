import type { z } from 'zod';
import { invalidForm } from './discord-error.js';

/** @throws DiscordError 50035 with an error for each field. */
export function parseBody<T>(schema: z.ZodType<T>, body: unknown): T {
  const parsed = schema.safeParse(body ?? {});
  if (parsed.success) return parsed.data;
  throw invalidForm(
    ...parsed.error.issues.map((issue) => ({
      field: issue.path.join('.') || '_body',
      code: issue.code === 'too_big' ? 'BASE_TYPE_MAX_LENGTH' : 'BASE_TYPE_BAD_TYPE',
      message: issue.message,
    })),
  );
}
