import { GatewayOpcodes as Op } from 'discord-api-types/v10';
import { z } from 'zod';

const MAX_WAIT_MS = 86_400_000;

const times = z.int().positive().nullable().default(null);
const shardId = z.int().nonnegative().nullable().default(null);
const edits = z.strictObject({
  omit: z.array(z.string().min(1)).optional(),
  set: z.record(z.string().min(1), z.unknown()).optional(),
  reverse: z.boolean().optional(),
  first: z.int().nonnegative().optional(),
});

const OPS = {
  CONNECT: Op.Hello,
  HEARTBEAT: Op.Heartbeat,
  IDENTIFY: Op.Identify,
  RESUME: Op.Resume,
} as const;

/** A name or Discord's number. */
const op = z.union([
  z.enum(['CONNECT', 'HEARTBEAT', 'IDENTIFY', 'RESUME']).transform((word): number => OPS[word]),
  z.int().nonnegative(),
]);

export const restAnswer = z
  .strictObject({
    method: z.string().toUpperCase().nullable().default(null),
    path: z.string().startsWith('/'),
    query: z.string().default(''),
    status: z.int().min(200).max(599).optional(),
    headers: z.record(z.string(), z.string()).default({}),
    body: z.unknown().optional(),
    text: z.string().optional(),
    edits: edits.optional(),
    hangUp: z.boolean().default(false),
    delayMs: z.int().min(0).max(MAX_WAIT_MS).default(0),
    hold: z.boolean().default(false),
    times,
  })
  .refine((rule) => rule.body === undefined || rule.text === undefined, 'either body or text')
  .refine((rule) => !rule.edits || (rule.body ?? rule.text ?? rule.status) === undefined, {
    message: 'edits change the own answer: no status, body or text',
  });

// `ws` sends no other codes; 1006 is a socket that ends without one.
const closeCode = z.union([
  z.int().min(3000).max(4999),
  z.int().min(1000).max(1003),
  z.int().min(1006).max(1014),
]);
export const opRule = z.strictObject({ op, code: closeCode.optional(), shardId, times });
export const dispatchRule = z.strictObject({ t: z.string().min(1), edits, shardId, times });
export const sessionName = z.strictObject({ id: z.string().min(1).nullable() });
