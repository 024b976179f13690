import { hostname } from 'node:os';

/** Names this replica in logs, leases and status. */
export const instanceName = (configured?: string): string => configured ?? `${hostname()}-${process.pid}`;
