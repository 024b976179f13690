/** The pure steps from a dispatch to events, for tests that need no server. */
export { MemberListCollector } from '../normalize/context/member-list-collector.js';
export { normalize } from '../normalize/normalize.js';
export { VoiceChannelTracker as VoiceChannelTracker } from '../normalize/context/voice-channel-tracker.js';
