import { z } from 'zod';
import { snowflakeField as snowflake } from '../../json/parse-json.js';
import type { GivenOption } from '../../interactions/command-data.js';

const customId = z.string().min(1).max(100);
const option: z.ZodType<GivenOption> = z.lazy(() =>
  z.strictObject({
    name: z.string(),
    value: z.union([z.string(), z.number(), z.boolean()]).optional(),
    focused: z.boolean().optional(),
    options: z.array(option).optional(),
  }),
) as z.ZodType<GivenOption>;
const command = {
  userId: snowflake,
  name: z.string(),
  options: z.array(option).default([]),
};

/** A user's action: uses a command, types in one, uses a component of a message, or submits a modal. */
export const newInteraction = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('command'),
    ...command,
    type: z.enum(['slash', 'user', 'message']).default('slash'),
    targetId: snowflake.optional(),
  }),
  z.strictObject({ kind: z.literal('autocomplete'), ...command }),
  z.strictObject({
    kind: z.literal('component'),
    userId: snowflake,
    messageId: snowflake,
    customId,
    values: z.array(z.string()).optional(),
  }),
  z.strictObject({
    kind: z.literal('modal'),
    userId: snowflake,
    customId,
    /** By the custom id of the text input. */
    fields: z.record(z.string(), z.string()).default({}),
    messageId: snowflake.optional(),
  }),
]);
