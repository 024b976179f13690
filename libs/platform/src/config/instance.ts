import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';

/** Names this replica in logs and status. A restarted replica may have the same name. */
export const instanceName = (configured?: string): string => configured ?? `${hostname()}-${process.pid}`;

/** Tells this process from every other one with the same name, be it an earlier one or one that lives too. */
export const START_ID = randomUUID().slice(0, 8);

const SEPARATOR = '#';

/** Names this process as an owner of leases: `<instance>#<start id>`. */
export const leaseOwner = (instance: string, startId = START_ID): string =>
  `${instance}${SEPARATOR}${startId}`;

/** The instance that an owner of leases is, or was, a process of. */
export function instanceOf(owner: string): string {
  const end = owner.lastIndexOf(SEPARATOR);
  return end === -1 ? owner : owner.slice(0, end);
}
