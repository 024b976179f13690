import { until } from '../process/until.js';
import { LoopbackServer } from './loopback-server.js';

export interface PrometheusOptions {
  binary: string;
  /** Paths; the last part may be a pattern such as `*.yaml`. */
  ruleFiles: readonly string[];
  /** The URL of a service by the name of its job. */
  jobs: Readonly<Record<string, string>>;
}

export interface PrometheusSeries {
  metric: Record<string, string>;
  /** Times in seconds since the Unix epoch, and numbers as text: also `NaN` and `+Inf`. */
  values: [atS: number, value: string][];
}

export interface PrometheusRule {
  name: string;
  health: 'ok' | 'err' | 'unknown';
  lastError?: string;
}

/** A real Prometheus on the loopback interface, which scrapes and evaluates every second. */
export class PrometheusServer {
  private constructor(private readonly server: LoopbackServer) {}

  /** Resolves when every job was scraped once. */
  static async start(options: PrometheusOptions): Promise<PrometheusServer> {
    const server = await LoopbackServer.start({
      name: 'prometheus',
      binary: options.binary,
      args: (file, dir, port) => [
        `--config.file=${file}`,
        `--storage.tsdb.path=${dir}/data`,
        `--web.listen-address=127.0.0.1:${port}`,
        '--log.level=warn',
      ],
      config: () => JSON.stringify(configOf(options)),
    });
    const started = new PrometheusServer(server);
    await until('Prometheus', 10_000, async () => (await fetch(`${started.url}/-/ready`)).ok || undefined);
    await started.scraped(Object.keys(options.jobs));
    return started;
  }

  /** It begins to scrape only some seconds after its start. */
  private async scraped(jobs: readonly string[]): Promise<void> {
    await until('the first scrape of every job', 20_000, async () => {
      const { result } = await this.get<{ result: { metric: { job: string } }[] }>('query', {
        query: 'up == 1',
      });
      const answering = new Set(result.map(({ metric }) => metric.job));
      return jobs.every((job) => answering.has(job)) || undefined;
    });
  }

  get url(): string {
    return `http://127.0.0.1:${this.server.port}`;
  }

  /** The values of an expression at every second of a time. @throws Error with Prometheus' message for a wrong expression */
  async queryRange(query: string, startS: number, endS: number): Promise<PrometheusSeries[]> {
    const { result } = await this.get<{ result: PrometheusSeries[] }>('query_range', {
      query,
      start: String(startS),
      end: String(endS),
      step: '1',
    });
    return result;
  }

  async rules(): Promise<PrometheusRule[]> {
    const { groups } = await this.get<{ groups: { rules: PrometheusRule[] }[] }>('rules', {});
    return groups.flatMap(({ rules }) => rules);
  }

  stop(): Promise<void> {
    return this.server.stop();
  }

  private async get<T>(path: string, parameters: Record<string, string>): Promise<T> {
    const response = await fetch(`${this.url}/api/v1/${path}?${new URLSearchParams(parameters)}`);
    const answer = (await response.json()) as { status: string; data: T; error?: string };
    if (answer.status !== 'success') throw new Error(`${parameters.query ?? path}: ${answer.error}`);
    return answer.data;
  }
}

/** JSON is YAML. */
const configOf = ({ ruleFiles, jobs }: PrometheusOptions) => ({
  global: { scrape_interval: '1s', scrape_timeout: '1s', evaluation_interval: '1s' },
  rule_files: ruleFiles,
  scrape_configs: Object.entries(jobs).map(([name, url]) => ({
    job_name: name,
    static_configs: [{ targets: [new URL(url).host] }],
  })),
});
