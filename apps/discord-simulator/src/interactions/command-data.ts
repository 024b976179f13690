import { ApplicationCommandOptionType as Option, ApplicationCommandType } from 'discord-api-types/v10';
import { channelPayload } from '../payloads/channel-payload.js';
import { memberPayload, rolePayload } from '../payloads/guild-payload.js';
import { messagePayload } from '../payloads/message-payload.js';
import { userPayload } from '../payloads/user-payload.js';
import type { CommandRecord } from '../state/model/records.js';
import type { Snowflake } from '../state/model/snowflakes.js';
import type { World } from '../state/world.js';
import { WorldError } from '../state/model/world-error.js';

/** An option as a test provides it; its type comes from the command's definition. */
export interface GivenOption {
  name: string;
  value?: string | number | boolean;
  focused?: boolean;
  options?: GivenOption[];
}

interface OptionDefinition {
  name: string;
  type: Option;
  options?: OptionDefinition[];
}

type Resolved = Record<'users' | 'members' | 'roles' | 'channels' | 'messages', Record<string, object>>;

/** The `data` of a command interaction, including what its options and its target refer to. */
export function commandData(
  world: World,
  command: CommandRecord,
  place: { guildId: Snowflake; channelId: Snowflake },
  given: { options: GivenOption[]; targetId?: Snowflake },
): object {
  const resolved: Resolved = { users: {}, members: {}, roles: {}, channels: {}, messages: {} };
  const resolve = (type: Option, id: string): void => resolveOption(world, place.guildId, resolved, type, id);
  const options = typed(command.body['options'] as OptionDefinition[] | undefined, given.options, resolve);
  const { targetId } = given;
  if (targetId !== undefined && command.body.type === Number(ApplicationCommandType.User))
    resolve(Option.User, targetId);
  if (targetId !== undefined && command.body.type === Number(ApplicationCommandType.Message))
    resolved.messages[targetId] = messagePayload(world, world.message(place.channelId, targetId));
  return {
    id: command.id,
    name: command.body.name,
    type: command.body.type,
    ...(command.guildId === null ? {} : { guild_id: command.guildId }),
    ...(options.length > 0 ? { options } : {}),
    ...(targetId === undefined ? {} : { target_id: targetId }),
    resolved: Object.fromEntries(
      Object.entries(resolved).filter(([, found]) => Object.keys(found).length > 0),
    ),
  };
}

function typed(
  definitions: OptionDefinition[] = [],
  given: GivenOption[],
  resolve: (type: Option, id: string) => void,
): object[] {
  return given.map(({ name, value, focused, options }) => {
    const definition = definitions.find((each) => each.name === name);
    if (!definition) throw new WorldError('UNKNOWN_COMMAND', `the command has no option ${name}`);
    const { type } = definition;
    if (typeof value === 'string') resolve(type, value);
    return {
      name,
      type,
      ...(value === undefined ? {} : { value }),
      ...(focused ? { focused } : {}),
      ...(options ? { options: typed(definition.options, options, resolve) } : {}),
    };
  });
}

function resolveOption(world: World, guildId: Snowflake, resolved: Resolved, type: Option, id: string): void {
  const isMentionable = type === Option.Mentionable;
  const role = world.guild(guildId).roles.find((each) => each.id === id);
  if ((type === Option.Role || isMentionable) && role) resolved.roles[id] = rolePayload(role);
  else if (type === Option.User || isMentionable) {
    resolved.users[id] = userPayload(world.user(id));
    const member = world.members.find(guildId, id);
    if (member) resolved.members[id] = memberPayload(member);
  } else if (type === Option.Channel) resolved.channels[id] = channelPayload(world.channel(id));
}
