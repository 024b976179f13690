import { BlockList, isIP, SocketAddress } from 'node:net';

/** Whether the text is an address, or a CIDR block such as 10.0.0.0/8 or fd00::/8. */
export function isAddressOrBlock(text: string): boolean {
  return isIP(text) !== 0 || isCidrBlock(text);
}

/** Whether the text is a CIDR block such as 10.0.0.0/8 or fd00::/8. */
export function isCidrBlock(text: string): boolean {
  const [address = '', bits = '', ...rest] = text.split('/');
  const family = isIP(address);
  if (family === 0 || rest.length > 0) return false;
  return /^\d{1,3}$/.test(bits) && Number(bits) <= (family === 4 ? 32 : 128);
}

/** Builds a `BlockList` from addresses and CIDR blocks. */
export function blockListOf(addressesOrBlocks: readonly string[]): BlockList {
  const list = new BlockList();
  for (const text of addressesOrBlocks) {
    const [address = '', bits] = text.split('/');
    const family = familyOf(address);
    if (bits === undefined) list.addAddress(address, family);
    else list.addSubnet(address, Number(bits), family);
  }
  return list;
}

export const isListed = (list: BlockList, address: string): boolean =>
  isIP(address) !== 0 && list.check(address, familyOf(address));

const familyOf = (address: string): 'ipv4' | 'ipv6' => (isIP(address) === 6 ? 'ipv6' : 'ipv4');

/**
 * The canonical spelling of an address: IPv4-mapped IPv6 as IPv4; IPv6 compressed, in lower case and without a zone. Undefined
 * if the text is not an address.
 */
export function canonicalAddress(text: string): string | undefined {
  if (isIP(text) === 4) return text;
  if (isIP(text) !== 6) return undefined;
  const { address } = new SocketAddress({ address: text.replace(/%.*$/, ''), family: 'ipv6' });
  return address.replace(/^::ffff:(?=\d+\.\d+\.\d+\.\d+$)/, '');
}

/**
 * The network that a per-address limit counts together: an IPv4 address, or the /64 of an IPv6 address, which usually
 * belongs to one customer.
 */
export function clientNetwork(address: string): string {
  const canonical = canonicalAddress(address);
  if (canonical === undefined || isIP(canonical) === 4) return canonical ?? address;
  const [head = '', tail] = canonical.split('::');
  const before = groupsOf(head);
  const after = tail === undefined ? [] : groupsOf(tail);
  const zeros = Array.from({ length: 8 - before.length - after.length }, () => '0');
  return [...before, ...zeros, ...after].slice(0, 4).join(':');
}

const groupsOf = (text: string): string[] => text.split(':').filter(Boolean);
