/** The state of the connection in words. */
export const CONNECTION_TEXTS = {
  connecting: 'Connecting…',
  catchingUp: 'Catching up…',
  live: 'Live',
  liveOverSse: 'Live (SSE)',
  past: 'The past',
  overSse:
    'WebSocket connections fail: does a proxy in between not upgrade connections? Messages arrive as server-sent events; rooms and the channel list do not update.',
  reconnecting: 'Reconnecting',
  countdown: (seconds: number) => (seconds > 0 ? `in ${seconds} s` : 'now…'),
  refused: (reason: string) => `Refused: ${reason}`,
  noReason: 'no reason was given',
  signedOut: 'Signed out',
  source: {
    checking: 'Checking Discord…',
    stopped: 'Ingestor stopped',
    disconnected: 'Discord disconnected',
    partial: (connected: number, shards: number) => `Discord: ${connected} of ${shards} shards connected`,
  },
  lastEvent: (time: string) => `last event ${time}`,
  lastEventTitle: (time: string) => `Last event: ${time}`,
} as const;
