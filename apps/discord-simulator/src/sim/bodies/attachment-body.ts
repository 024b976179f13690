import { z } from 'zod';

const MAX_BYTES = 1_048_576;

/** A file of a message: its `text`, or its bytes in `base64`. */
export const newAttachment = z
  .strictObject({
    filename: z.string().regex(/^[^/\\\p{Cc}]{1,260}$/u, 'must be a file name'),
    contentType: z
      .string()
      .regex(/^[\w.+-]+\/[\w.+-]+(; *[\w-]+=[\w.-]+)?$/, 'must be a media type')
      .optional(),
    description: z.string().max(1024).optional(),
    width: z.int().positive().optional(),
    height: z.int().positive().optional(),
    text: z.string().optional(),
    base64: z.base64().optional(),
  })
  .refine(({ text, base64 }) => (text === undefined) !== (base64 === undefined), 'needs text or base64')
  .transform(({ text, base64, contentType, ...rest }) => ({
    ...rest,
    contentType:
      contentType ?? (text === undefined ? 'application/octet-stream' : 'text/plain; charset=utf-8'),
    data: base64 ?? Buffer.from(text ?? '', 'utf8').toString('base64'),
  }))
  .refine(
    ({ data }) => Buffer.byteLength(data, 'base64') <= MAX_BYTES,
    `must be ${MAX_BYTES} bytes or fewer`,
  );
