import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { LOG_STREAM } from '@discord-relay/contracts';
import {
  cacheDir,
  canMount,
  findNatsServer,
  freePort,
  NatsServer,
  SmallDisk,
  until,
} from '@discord-relay/local-stack';
import { jetstreamManager, type JetStreamManager, type StreamInfo } from '@nats-io/jetstream';
import { connect, type NatsConnection } from '@nats-io/transport-node';
import { TcpLink } from '../faults/tcp-link.js';

const NODES = 3;
const READY_MS = 60_000;

/** More than a drill writes. */
const DISK_KB = 1_048_576;
/** Less than a second of the load. */
const SPARE_KB = 8;

/** One server, and the link by which clients reach it. */
interface Node {
  name: string;
  server: NatsServer;
  link: TcpLink;
  /** Its files; undefined where file systems cannot be mounted. */
  disk: SmallDisk | undefined;
}

/** Three nats-servers that replicate streams. Clients and routes pass through links, so that a node can be partitioned. */
export class NatsCluster {
  private constructor(
    private readonly nodes: readonly Node[],
    /** The links between two nodes, with the names of both. */
    private readonly routes: readonly { of: readonly string[]; link: TcpLink }[],
    private readonly connection: NatsConnection,
    private readonly manager: JetStreamManager,
  ) {}

  static async start(dir: string): Promise<NatsCluster> {
    const names = Array.from({ length: NODES }, (_, i) => `nats-${i + 1}`);
    const ports = await Promise.all(names.map(() => freePort()));
    const routes: { of: string[]; from: number; link: TcpLink }[] = [];
    for (const [from, name] of names.entries())
      for (const [to, port] of ports.entries())
        if (from !== to) routes.push({ of: [name, names[to]!], from, link: await TcpLink.to(port) });
    const configOf = (i: number) =>
      clusterConfig(
        names[i]!,
        ports[i]!,
        routes.filter(({ from }) => from === i),
      );
    const mounts = canMount();
    const binary = await findNatsServer(cacheDir(process.env.XDG_CACHE_HOME), () => undefined);
    const nodes = await Promise.all(
      names.map(async (name, i) => {
        const own = join(dir, name);
        await mkdir(own, { recursive: true });
        const disk = mounts ? await SmallDisk.mount(own, DISK_KB) : undefined;
        const server = await NatsServer.start({ binary, dir: own, config: configOf(i) });
        return { name, server, link: await TcpLink.to(server.port), disk };
      }),
    );
    const servers = nodes.map(({ server }) => server.url);
    const connection = await connect({ servers, maxReconnectAttempts: -1, reconnectTimeWait: 50 });
    const manager = await until('JetStream of the cluster', READY_MS, () =>
      jetstreamManager(connection, { timeout: 1_000 }),
    );
    return new NatsCluster(nodes, routes, connection, manager);
  }

  /** For `NATS_URL`. */
  get url(): string {
    return this.nodes.map(({ link }) => `nats://127.0.0.1:${link.port}`).join();
  }

  /** One node, without its link. */
  get nodeUrl(): string {
    return this.nodes[0]!.server.url;
  }

  /** The names of the node that leads the log, and of the others. */
  async roles(): Promise<{ leader: string; followers: string[] }> {
    const { cluster } = await this.whole();
    const leader = cluster!.leader!;
    return { leader, followers: this.nodes.map(({ name }) => name).filter((name) => name !== leader) };
  }

  server(name: string): NatsServer {
    return this.node(name).server;
  }

  /** Cuts a node off from its clients and from the other nodes. */
  partition(name: string): void {
    for (const link of this.linksOf(name)) link.partition();
  }

  heal(name: string): void {
    for (const link of this.linksOf(name)) link.heal();
  }

  get hasDisks(): boolean {
    return this.nodes.every(({ disk }) => disk);
  }

  /** Leaves a node no room for what it writes next. */
  async fillDisk(name: string): Promise<void> {
    await this.node(name).disk!.fill(SPARE_KB);
  }

  /** Makes room again. A server that could not write has switched JetStream off, and must be restarted. */
  async emptyDisk(name: string): Promise<void> {
    const { disk, server } = this.node(name);
    await disk!.resize(DISK_KB);
    await server.restart();
  }

  /** Waits until every node has the whole log. */
  async whole(): Promise<StreamInfo> {
    return await until('every node to have the log', READY_MS, async () => {
      const info = await this.manager.streams.info(LOG_STREAM);
      const { leader, replicas = [] } = info.cluster ?? {};
      const isWhole =
        leader &&
        replicas.length === NODES - 1 &&
        replicas.every(({ current, offline }) => current && !offline);
      return isWhole ? info : undefined;
    });
  }

  async stop(): Promise<void> {
    await this.connection.close();
    await Promise.all(this.nodes.map(({ server }) => server.stop()));
    await Promise.all([...this.nodes, ...this.routes].map(({ link }) => link.close()));
    await Promise.all(this.nodes.map(({ disk }) => disk?.unmount()));
  }

  private node(name: string): Node {
    return this.nodes.find((node) => node.name === name)!;
  }

  private linksOf(name: string): TcpLink[] {
    const routes = this.routes.filter(({ of }) => of.includes(name));
    return [this.node(name), ...routes].map(({ link }) => link);
  }
}

/**
 * Servers tell each other and their clients the addresses of all servers, which would bypass the links: clients learn none, and
 * servers one that nothing listens on. The intervals are those that docs/connections.md recommends.
 */
const clusterConfig = (name: string, port: number, routes: readonly { link: TcpLink }[]): string => `
server_name: "${name}"
cluster {
  name: "drill"
  listen: "127.0.0.1:${port}"
  no_advertise: true
  advertise: "127.0.0.1:1"
  ping_interval: "1s"
  ping_max: 3
  routes: [${routes.map(({ link }) => `"nats://127.0.0.1:${link.port}"`).join()}]
}
`;
