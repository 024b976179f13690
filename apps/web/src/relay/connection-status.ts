import type { ConnectionState, RelayClient } from '@discord-relay/client';
import type { SourceStatus } from '@discord-relay/contracts';

/** What the page says about its connection; never more than is known. */
export type ConnectionStatus =
  | { state: 'connecting' }
  /** Connected, but the open channel is not exact yet. */
  | { state: 'catching-up' }
  | { state: 'live' }
  /** As `live`, but over server-sent events, because WebSockets are blocked. */
  | { state: 'live-over-sse' }
  /** The page is up to date with the service, but the service does not receive everything from Discord. */
  | { state: 'source-down'; source: SourceStatus }
  /** `retryAtMs`: when the next attempt begins, by `performance.now()`. */
  | { state: 'reconnecting'; retryAtMs: number | null }
  | { state: 'refused'; reason: string }
  | { state: 'signed-out' };

/** What the client reports of its connection. */
export interface LinkStatus {
  state: ConnectionState;
  reason: string | null;
  retryAtMs: number | null;
  /** null: not reported by the service. */
  source: SourceStatus | null;
  transport: RelayClient['transport'];
}

/** The state of the open channel; undefined if there is none. */
export interface ChannelStatus {
  /** Whether all its events arrive. */
  live: boolean;
  /** Why it may not be followed. */
  refusal: { message: string } | null;
}

/** The combined state of connection, open channel and source: live only if all are. */
export function connectionStatus(link: LinkStatus, channel: ChannelStatus | undefined): ConnectionStatus {
  switch (link.state) {
    case 'connecting':
      return { state: 'connecting' };
    case 'reconnecting':
      return { state: 'reconnecting', retryAtMs: link.retryAtMs };
    case 'refused':
      return { state: 'refused', reason: link.reason ?? 'no reason was given' };
    case 'closed':
      return { state: 'signed-out' };
    case 'connected':
      if (channel?.refusal) return { state: 'refused', reason: channel.refusal.message };
      if (channel && !channel.live) return { state: 'catching-up' };
      return sourceStatus(link);
    default:
      return link.state satisfies never;
  }
}

/** A service of an earlier version does not report its source. */
function sourceStatus({ source, transport }: LinkStatus): ConnectionStatus {
  if (source !== null && source.state !== 'connected') return { state: 'source-down', source };
  return { state: transport === 'sse' ? 'live-over-sse' : 'live' };
}

/** Details that the status text lacks. */
export const explainConnection = (status: ConnectionStatus): string =>
  status.state === 'live-over-sse'
    ? 'WebSocket connections fail: does a proxy in between not upgrade connections? Messages arrive as server-sent events; rooms and the channel list do not update.'
    : describeConnection(status);

/** The status in words. The countdown is shown beside it. */
export function describeConnection(status: ConnectionStatus): string {
  switch (status.state) {
    case 'connecting':
      return 'Connecting…';
    case 'catching-up':
      return 'Catching up…';
    case 'live':
      return 'Live';
    case 'live-over-sse':
      return 'Live (SSE)';
    case 'source-down':
      return describeSource(status.source);
    case 'reconnecting':
      return 'Reconnecting';
    case 'refused':
      return `Refused: ${status.reason}`;
    case 'signed-out':
      return 'Signed out';
    default:
      return status satisfies never;
  }
}

function describeSource({ state, ingestors, shards }: SourceStatus): string {
  if (state === 'unknown') return 'Checking Discord…';
  if (ingestors === 0) return 'Ingestor stopped';
  const connected = shards.filter((shard) => shard.state === 'CONNECTED').length;
  return connected === 0
    ? 'Discord disconnected'
    : `Discord: ${connected} of ${shards.length} shards connected`;
}

/** Whole seconds until the next attempt, for display; 0 during the attempt. */
export const secondsUntil = (retryAtMs: number | null, nowMs: number): number =>
  retryAtMs === null ? 0 : Math.max(0, Math.ceil((retryAtMs - nowMs) / 1_000));
