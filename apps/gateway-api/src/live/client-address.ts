import { BlockList, isIP } from 'node:net';

/** Which addresses are those of proxies whose word is taken. */
export function proxyList(networks: readonly string[]): BlockList {
  const proxies = new BlockList();
  for (const network of networks) {
    const [address = '', bits] = network.split('/');
    const type = isIP(address) === 6 ? 'ipv6' : 'ipv4';
    if (bits === undefined) proxies.addAddress(address, type);
    else proxies.addSubnet(address, Number(bits), type);
  }
  return proxies;
}

/**
 * Where a client is: the nearest address that no trusted proxy has. `remote`: the other end of the connection;
 * `forwardedFor`: its `X-Forwarded-For`, to which each proxy adds where it was asked from.
 */
export function clientAddress(remote: string, forwardedFor: string | undefined, proxies: BlockList): string {
  const way = [...(forwardedFor ?? '').split(',').map((each) => each.trim()), plain(remote)].filter(Boolean);
  let client = plain(remote);
  for (const address of way.reverse()) {
    client = plain(address);
    if (!isTrusted(client, proxies)) break;
  }
  return client;
}

const isTrusted = (address: string, proxies: BlockList): boolean => {
  const family = isIP(address);
  return family !== 0 && proxies.check(address, family === 6 ? 'ipv6' : 'ipv4');
};

/** An IPv4 address as such, also where it came over IPv6. */
const plain = (address: string): string => address.replace(/^::ffff:(?=\d+\.\d+\.\d+\.\d+$)/i, '');
