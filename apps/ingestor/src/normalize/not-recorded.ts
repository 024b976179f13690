import { GatewayDispatchEvents as D } from 'discord-api-types/v10';

const CONNECTION = 'About the connection, not about a guild: the session keeps what it needs of it.';
const SHOP =
  'A purchase in the application’s own shop: between a user and the application, in no guild’s record.';
const ANSWER =
  'The answer to a request that is never sent; the changes themselves are dispatched one by one.';

/** Dispatches that make no event, each with the reason. They are counted when seen. */
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
    'Addressed to the application alone, with a token to answer by. What others can see of it is a message.',
  [D.ApplicationCommandPermissionsUpdate]:
    'Who may use an application’s commands: an affair of that application.',
  [D.VoiceServerUpdate]: 'Holds the credentials of a voice connection, which is never made.',
  [D.VoiceChannelEffectSend]: 'An animation of a second: nothing is different afterwards.',
  [D.VoiceChannelStartTimeUpdate]: 'Follows from who joined and left, which is recorded.',
  [D.GuildIntegrationsUpdate]:
    'Names the guild and nothing else; what changed comes as INTEGRATION_CREATE, _UPDATE or _DELETE.',
  [D.ChannelInfo]: ANSWER,
  [D.SoundboardSounds]: ANSWER,
} as const satisfies Partial<Record<D, string>>;
