/** What becomes of dispatches before anything is sent anywhere, for those who compute it without servers. */
export { MemberListCollector as MemberListCollector } from '../normalize/context/member-list-collector.js';
export { normalize } from '../normalize/normalize.js';
export { VoiceChannelTracker as VoiceChannelTracker } from '../normalize/context/voice-channel-tracker.js';
