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

/** A span to start. */
export interface SpanDescription {
  /** Must have low cardinality: ids belong in the attributes. */
  name: string;
  kind: SpanKind;
  /** W3C trace context of the previous span. Without it, the sampler decides whether a new trace starts. */
  parent?: string;
  /** Start in milliseconds since the Unix epoch; default: now. */
  startedAtMs?: number;
  /** Must not hold content, names or tokens. */
  attributes?: Attributes;
}

export interface ActiveSpan {
  /** Trace context for the next span. */
  traceparent: string;
  end(outcome?: Outcome): void;
}

/** The attributes and error that are known only at the end of a span. */
export interface Outcome {
  name?: string;
  attributes?: Attributes;
  failed?: boolean;
}

const EXPORT_EVERY_MS = 1_000;
const EXPORT_TIMEOUT_MS = 5_000;
const tracer = trace.getTracer('discord-relay');
let running = false;

/** Starts a span; undefined while this process does not trace. */
export function startSpan({
  name,
  kind,
  parent,
  startedAtMs,
  attributes,
}: SpanDescription): ActiveSpan | undefined {
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
 * The trace context of a message, if it is sampled. `read` is called only while this process traces, because reading the header of
 * every message costs time.
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

  /** Starts tracing; null without `OTEL_EXPORTER_OTLP_ENDPOINT`. If the collector is unreachable, spans are lost with a warning. */
  static async start(config: PlatformConfig, traced: TracedService, logger: Logger): Promise<Tracing | null> {
    const { OTEL_EXPORTER_OTLP_ENDPOINT: endpoint, OTEL_TRACES_SAMPLER_ARG: ratio } = config;
    if (!endpoint) return null;
    // Imported on demand, because most deployments do not trace and the SDK uses memory.
    const [sdk, { OTLPTraceExporter }, { resourceFromAttributes }, { W3CTraceContextPropagator }] =
      await Promise.all([
        import('@opentelemetry/sdk-trace'),
        import('@opentelemetry/exporter-trace-otlp-http'),
        import('@opentelemetry/resources'),
        import('@opentelemetry/core'),
      ]);
    logProblems(logger);
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
    logger.info({ endpoint: new URL(endpoint).origin, ratio }, 'tracing enabled');
    return new Tracing(() => provider.shutdown(), logger);
  }

  /** Exports the remaining spans. Nest calls it. */
  async onApplicationShutdown(): Promise<void> {
    running = false;
    await this.shutdown().catch((err: unknown) => this.logger.warn({ err }, 'cannot export the last spans'));
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

function logProblems(logger: Logger): void {
  const warn = (problem: string) => logger.warn({ problem }, 'cannot export spans');
  const quiet = () => undefined;
  diag.setLogger(
    { error: warn, warn, info: quiet, debug: quiet, verbose: quiet },
    { logLevel: DiagLogLevel.WARN, suppressOverrideMessage: true },
  );
}
