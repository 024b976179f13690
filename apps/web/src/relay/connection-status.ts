import type { ConnectionState } from '@discord-relay/client';

/** What the page says about its connection; never more than is known. */
export type ConnectionStatus =
  | { state: 'connecting' }
  /** Connected, but the open channel is not exact yet. */
  | { state: 'catching-up' }
  | { state: 'live' }
  /** `retryAtMs`: when the next attempt begins, milliseconds since the Unix epoch. */
  | { state: 'reconnecting'; retryAtMs: number | null }
  | { state: 'refused'; reason: string }
  | { state: 'signed-out' };

/** What the client reports of its connection. */
export interface LinkStatus {
  state: ConnectionState;
  reason: string | null;
  retryAtMs: number | null;
}

/** What is known of the open channel; undefined while there is none. */
export interface ChannelStatus {
  /** Whether everything that happens in it arrives. */
  live: boolean;
  /** Why it may not be followed. */
  refusal: { message: string } | null;
}

/** The one state of connection and open channel together: live only when both are. */
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
      return { state: !channel || channel.live ? 'live' : 'catching-up' };
    default:
      return link.state satisfies never;
  }
}

/** The status in words. The countdown is shown beside it. */
export function describeConnection(status: ConnectionStatus): string {
  switch (status.state) {
    case 'connecting':
      return 'Connecting…';
    case 'catching-up':
      return 'Catching up…';
    case 'live':
      return 'Live';
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

/** Whole seconds until the next attempt, for display; 0 while it is under way. */
export const secondsUntil = (retryAtMs: number | null, nowMs: number): number =>
  retryAtMs === null ? 0 : Math.max(0, Math.ceil((retryAtMs - nowMs) / 1_000));
