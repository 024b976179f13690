import { ApplicationCommandType } from 'discord-api-types/v10';
import { z } from 'zod';
import { parseBody } from '../http/parse-body.js';
import type { CommandRecord } from '../state/model/records.js';

/** Names of slash commands; names of context menu commands may contain spaces and capitals. */
const SLASH_NAME = /^[-_'\p{Ll}\p{Lo}\p{N}]{1,32}$/u;

const fields = {
  description: z.string().max(100).nullish(),
  options: z.array(z.looseObject({ name: z.string().min(1).max(32), type: z.int().min(1).max(11) })).max(25),
  default_member_permissions: z.union([z.string(), z.int().transform(String)]).nullable(),
  nsfw: z.boolean(),
  contexts: z.array(z.int()).nullable(),
  integration_types: z.array(z.int()),
  dm_permission: z.boolean().nullish(),
  name_localizations: z.record(z.string(), z.string()).nullable(),
  description_localizations: z.record(z.string(), z.string()).nullable(),
};
const commandBody = z
  .looseObject({ name: z.string().min(1).max(32), type: z.int().min(1).max(4).default(1) })
  .and(z.looseObject(fields).partial())
  .refine(
    ({ type, name }) => type !== Number(ApplicationCommandType.ChatInput) || SLASH_NAME.test(name),
    'Command name is invalid',
  );
const patchBody = z.looseObject({ name: z.string().min(1).max(32), ...fields }).partial();

/** The body of Create Application Command. @throws DiscordError 50035 */
export function parseCommand(body: unknown): CommandRecord['body'] {
  const command = parseBody(commandBody, body);
  return { ...DEFAULTS, name: command.name, type: command.type, ...knownFields(command) };
}

/** The bodies of a bulk overwrite. @throws DiscordError 50035 */
export function parseCommands(body: unknown): CommandRecord['body'][] {
  return parseBody(z.array(z.unknown()).max(200), body).map(parseCommand);
}

/** The body of Edit Application Command. @throws DiscordError 50035 */
export function parseCommandPatch(body: unknown): Partial<CommandRecord['body']> {
  return knownFields(parseBody(patchBody, body)) as Partial<CommandRecord['body']>;
}

const DEFAULTS = { description: '', default_member_permissions: null, nsfw: false, integration_types: [0] };
const KEYS = new Set(['name', 'type', ...Object.keys(fields)]);

/** The fields of a command that Discord returns; others are dropped. */
function knownFields(body: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(body).filter(
      ([key, value]) => KEYS.has(key) && value !== undefined && !isEmpty(key, value),
    ),
  );
}

function isEmpty(key: string, value: unknown): boolean {
  return value === null && (key === 'description' || key === 'dm_permission');
}
