import { GatewayDispatchEvents as D } from 'discord-api-types/v10';

const CONNECTION = 'Concerns the connection, not a guild; the session keeps what it needs.';
const SHOP =
  'A purchase in the application’s own shop, between a user and the application; it belongs to no guild.';
const ANSWER =
  'The response to a request that is never sent; the changes themselves are dispatched one by one.';

/** Dispatches that become no event, each with its reason. They are counted when received. */
export const NOT_RECORDED = {
  [D.Ready]: CONNECTION,
  [D.Resumed]: CONNECTION,
  [D.RateLimited]: CONNECTION,
  [D.UserUpdate]: 'The bot’s own account.',
  [D.EntitlementCreate]: SHOP,
  [D.EntitlementUpdate]: SHOP,
  [D.EntitlementDelete]: SHOP,
  [D.SubscriptionCreate]: SHOP,
  [D.SubscriptionUpdate]: SHOP,
  [D.SubscriptionDelete]: SHOP,
  [D.InteractionCreate]:
    'Addressed to the application alone, with a token to respond with. What others can see of it is a message.',
  [D.ApplicationCommandPermissionsUpdate]:
    'Who may use an application’s commands; concerns only that application.',
  [D.VoiceServerUpdate]: 'Credentials of a voice connection, which is never opened.',
  [D.VoiceChannelEffectSend]: 'A short animation; it changes no state.',
  [D.VoiceChannelStartTimeUpdate]: 'Follows from joins and leaves, which are recorded.',
  [D.GuildIntegrationsUpdate]:
    'Contains only the guild; the change itself comes as INTEGRATION_CREATE, _UPDATE or _DELETE.',
  [D.ChannelInfo]: ANSWER,
  [D.SoundboardSounds]: ANSWER,
} as const satisfies Partial<Record<D, string>>;
