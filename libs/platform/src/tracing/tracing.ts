import {
  type Attributes,
  diag,
  DiagLogLevel,
  propagation,
  ROOT_CONTEXT,
  type Span,
  SpanKind,
  type SpanOptions,
  SpanStatusCode,
  trace,
} from '@opentelemetry/api';
import type { PlatformConfig } from '../config/platform-schema.js';
import type { Logger } from '../logging/logger.js';

export { SpanKind };

export interface TracedService {
  service: string;
  instance: string;
  version: string;
}

/** One stage of what is traced. */
export interface Stage {
  /** Few different ones: ids are attributes. */
  name: string;
  kind: SpanKind;
  /** W3C trace context of the stage before; without it a new trace begins, or not, as the sampler has it. */
  parent?: string;
  /** When it began, in milliseconds since the Unix epoch; now unless told. */
  startedAtMs?: number;
  /** Never content, names or tokens. */
  attributes?: Attributes;
}

export interface OpenStage {
  /** For the next stage. */
  traceparent: string;
  end(outcome?: Outcome): void;
}

/** What is known only at the end. */
export interface Outcome {
  name?: string;
  attributes?: Attributes;
  failed?: boolean;
}

const EXPORT_EVERY_MS = 1_000;
const EXPORT_TIMEOUT_MS = 5_000;
const tracer = trace.getTracer('discord-relay');
let running = false;

/** Begins a stage; undefined while this process traces nothing. */
export function openStage({ name, kind, parent, startedAtMs, attributes }: Stage): OpenStage | undefined {
  if (!running) return undefined;
  const before = parent ? propagation.extract(ROOT_CONTEXT, { traceparent: parent }) : ROOT_CONTEXT;
  const options: SpanOptions = { kind, startTime: startedAtMs, attributes };
  const span = tracer.startSpan(name, options, before);
  const carrier: { traceparent?: string } = {};
  propagation.inject(trace.setSpan(before, span), carrier);
  return { traceparent: carrier.traceparent!, end: (outcome) => end(span, outcome) };
}

function end(span: Span, { name, attributes, failed }: Outcome = {}): void {
  if (name) span.updateName(name);
  if (attributes) span.setAttributes(attributes);
  if (failed) span.setStatus({ code: SpanStatusCode.ERROR });
  span.end();
}

/**
 * The trace that a message belongs to, if this process has to add to it. `read` is only called while it traces at all:
 * for most messages it would be work for nothing.
 */
export function sampledTrace(read: () => string | undefined): string | undefined {
  const traceparent = running ? read() : undefined;
  return traceparent?.endsWith('-01') ? traceparent : undefined;
}

/** Sends the spans of this process to a collector (OTLP over HTTP) from start to shutdown. */
export class Tracing {
  private constructor(
    private readonly shutdown: () => Promise<void>,
    private readonly logger: Logger,
  ) {}

  /** Null without `OTEL_EXPORTER_OTLP_ENDPOINT`. A collector that is away costs spans and a warning, nothing else. */
  static async start(config: PlatformConfig, traced: TracedService, logger: Logger): Promise<Tracing | null> {
    const { OTEL_EXPORTER_OTLP_ENDPOINT: endpoint, OTEL_TRACES_SAMPLER_ARG: ratio } = config;
    if (!endpoint) return null;
    // What few turn on costs the others no memory.
    const [sdk, { OTLPTraceExporter }, { resourceFromAttributes }, { W3CTraceContextPropagator }] =
      await Promise.all([
        import('@opentelemetry/sdk-trace'),
        import('@opentelemetry/exporter-trace-otlp-http'),
        import('@opentelemetry/resources'),
        import('@opentelemetry/core'),
      ]);
    tellProblems(logger);
    const exporter = new OTLPTraceExporter({
      url: `${endpoint.replace(/\/$/, '')}/v1/traces`,
      timeoutMillis: EXPORT_TIMEOUT_MS,
    });
    const provider = new sdk.TracerProvider({
      resource: resourceFromAttributes(describe(traced)),
      sampler: new sdk.ParentBasedSampler({ root: new sdk.TraceIdRatioBasedSampler(ratio) }),
      spanProcessors: [
        new sdk.BatchSpanProcessor({
          exporter,
          scheduledDelayMillis: EXPORT_EVERY_MS,
          exportTimeoutMillis: EXPORT_TIMEOUT_MS,
        }),
      ],
    });
    trace.setGlobalTracerProvider(provider);
    propagation.setGlobalPropagator(new W3CTraceContextPropagator());
    running = true;
    logger.info({ endpoint: new URL(endpoint).origin, ratio }, 'tracing');
    return new Tracing(() => provider.shutdown(), logger);
  }

  /** Sends what has not been sent. Called by Nest. */
  async onApplicationShutdown(): Promise<void> {
    running = false;
    await this.shutdown().catch((err: unknown) => this.logger.warn({ err }, 'last spans not exported'));
    trace.disable();
    propagation.disable();
    diag.disable();
  }
}

const describe = ({ service, instance, version }: TracedService): Attributes => ({
  'service.name': service,
  'service.namespace': 'discord-relay',
  'service.instance.id': instance,
  'service.version': version,
});

function tellProblems(logger: Logger): void {
  const warn = (problem: string) => logger.warn({ problem }, 'spans not exported');
  const quiet = () => undefined;
  diag.setLogger(
    { error: warn, warn, info: quiet, debug: quiet, verbose: quiet },
    { logLevel: DiagLogLevel.WARN, suppressOverrideMessage: true },
  );
}
