import { lookup as resolve, type LookupAddress } from 'node:dns';
import { type BlockList, isIP, type LookupFunction } from 'node:net';
import { AppError } from '@discord-relay/contracts';
import { blockListOf, isListed } from '../../network/ip-address.js';

/** Addresses that are not public: IANA's special-purpose registries, and multicast. */
const NOT_PUBLIC_V4 = [
  '0.0.0.0/8',
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.0.0.0/24',
  '192.0.2.0/24',
  '192.88.99.0/24',
  '192.168.0.0/16',
  '198.18.0.0/15',
  '198.51.100.0/24',
  '203.0.113.0/24',
  '224.0.0.0/3',
];
/** One block of IPv6 is public; these parts of it are not, including tunnels to IPv4. */
const PUBLIC_V6 = ['2000::/3'];
const NOT_PUBLIC_V6 = ['2001::/23', '2001:db8::/32', '2002::/16', '3fff::/20'];

const MAX_URL_CHARS = 2_048;

/**
 * Decides which addresses may be posted to: public ones over https, and those in `allowed` (CIDR blocks) also over http. It
 * checks the address that is then connected to, so a name that later resolves to another address gains nothing.
 */
export class TargetGuard {
  private readonly notPublicV4 = blockListOf(NOT_PUBLIC_V4);
  private readonly publicV6 = blockListOf(PUBLIC_V6);
  private readonly notPublicV6 = blockListOf(NOT_PUBLIC_V6);
  private readonly allowed: BlockList;

  constructor(allowed: readonly string[]) {
    this.allowed = blockListOf(allowed);
  }

  permits(address: string, isPlain: boolean): boolean {
    const family = isIP(address);
    if (family === 0 || address.includes('%')) return false;
    if (isListed(this.allowed, address)) return true;
    if (isPlain) return false;
    if (family === 4) return !isListed(this.notPublicV4, address);
    return isListed(this.publicV6, address) && !isListed(this.notPublicV6, address);
  }

  /** The URL, if its form is allowed, and its address if it contains one. @throws AppError WEBHOOK.TARGET_REFUSED */
  parse(text: string): URL {
    const url = text.length <= MAX_URL_CHARS && URL.canParse(text) ? new URL(text) : undefined;
    if (!url || !['https:', 'http:'].includes(url.protocol)) throw refused('it must be an https URL');
    if (url.username || url.password || url.hash)
      throw refused('it must have neither credentials nor a fragment');
    const host = hostOf(url);
    if (isIP(host) !== 0 && !this.permits(host, isPlain(url))) throw refused('its address is not public');
    return url;
  }

  /** As {@link parse}, and checks the addresses that its name has now; a name that does not resolve yet may do so later. */
  async check(text: string): Promise<URL> {
    const url = this.parse(text);
    const host = hostOf(url);
    if (isIP(host) === 0)
      await new Promise<void>((done, fail) =>
        this.lookup(isPlain(url))(host, { all: true }, (error) =>
          error instanceof AppError ? fail(error) : done(),
        ),
      );
    return url;
  }

  /** For `http.request`: resolves a name and refuses it if one of its addresses is not allowed. */
  lookup(isPlain: boolean): LookupFunction {
    return (hostname, options, callback) => {
      resolve(hostname, { ...options, all: true }, (error, addresses: LookupAddress[]) => {
        const [first] = addresses ?? [];
        if (error || !first) return callback(error ?? refused('its name has no address'), []);
        if (!addresses.every(({ address }) => this.permits(address, isPlain)))
          return callback(refused('its name has an address that is not public'), []);
        if (options.all) callback(null, addresses);
        else callback(null, first.address, first.family);
      });
    };
  }
}

export const isPlain = (url: URL): boolean => url.protocol === 'http:';

/** Without the brackets of IPv6. */
const hostOf = (url: URL): string => url.hostname.replace(/^\[(.*)\]$/, '$1');

const refused = (why: string): AppError =>
  new AppError('WEBHOOK.TARGET_REFUSED', `the URL is refused: ${why}`);
