/** What becomes of dispatches before anything is sent anywhere, for those who compute it without servers. */
export { MemberRolls } from '../normalize/context/member-rolls.js';
export { normalize } from '../normalize/normalize.js';
export { VoiceChannels } from '../normalize/context/voice-channels.js';
