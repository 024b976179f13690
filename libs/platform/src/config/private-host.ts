import { BlockList, isIP } from 'node:net';

/** Loopback, and what routers of the internet do not forward. */
const PRIVATE = new BlockList();
for (const [network, prefix] of [
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['172.16.0.0', 12],
  ['192.168.0.0', 16],
] as const)
  PRIVATE.addSubnet(network, prefix, 'ipv4');
for (const [network, prefix] of [
  ['::1', 128],
  ['fc00::', 7],
] as const)
  PRIVATE.addSubnet(network, prefix, 'ipv6');

/** Names that public DNS does not have: of this machine, of containers and Services, and those reserved for private networks. */
const PRIVATE_NAME = /^[^.]+$|(^|\.)(localhost|internal|local|home\.arpa|svc)\.?$/;

/** Whether a host is this machine or in a private network, as far as its name or address tells. */
export function isPrivateHost(hostname: string): boolean {
  const address = hostname.replace(/^\[(.*)\]$/, '$1');
  const version = isIP(address);
  return version === 0
    ? PRIVATE_NAME.test(hostname)
    : PRIVATE.check(address, version === 4 ? 'ipv4' : 'ipv6');
}
