import { InteractionResponseType } from 'discord-api-types/v10';
import { z } from 'zod';
import { parseBody } from '../http/parse-body.js';

const callbackBody = z.looseObject({
  type: z.enum(InteractionResponseType),
  data: z.looseObject({}).nullish(),
});

/** The body of Create Interaction Response. @throws DiscordError 50035 */
export function parseCallback(body: unknown): {
  type: InteractionResponseType;
  data: Record<string, unknown>;
} {
  const { type, data } = parseBody(callbackBody, body);
  return { type, data: data ?? {} };
}
