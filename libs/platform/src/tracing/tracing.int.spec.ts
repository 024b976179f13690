import { createServer } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { pino } from 'pino';
import { platformSchema } from '../config/platform-schema.js';
import { startSpan, sampledTrace, SpanKind, Tracing } from './tracing.js';

const TRACED = { service: 'example', instance: 'example-1', version: '1.0.0' };
const SAMPLED = `00-${'ab'.repeat(16)}-${'cd'.repeat(8)}-01`;
const UNSAMPLED = SAMPLED.replace(/01$/, '00');
const stage = { name: 'work', kind: SpanKind.INTERNAL };

/** Records log lines. */
function recorded() {
  const lines: { msg: string }[] = [];
  const write = (line: string) => void lines.push(JSON.parse(line) as { msg: string });
  return { lines, logger: pino({}, { write }) };
}

/** An address without a listener. */
async function closedAddress(): Promise<string> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return `http://127.0.0.1:${port}`;
}

const configWith = (env: Record<string, string>) => platformSchema.parse(env);

describe('tracing', () => {
  it('tracing is off without a collector: no stage, and no header is read', async () => {
    expect(await Tracing.start(configWith({}), TRACED, recorded().logger)).toBeNull();
    expect(startSpan(stage)).toBeUndefined();
    const read = () => {
      throw new Error('read');
    };
    expect(sampledTrace(read)).toBeUndefined();
  });

  describe('with an unreachable collector', () => {
    let tracing: Tracing;
    const log = recorded();
    beforeEach(async () => {
      const env = { OTEL_EXPORTER_OTLP_ENDPOINT: await closedAddress(), OTEL_TRACES_SAMPLER_ARG: '1' };
      tracing = (await Tracing.start(configWith(env), TRACED, log.logger))!;
    });

    it('tracing with an unreachable collector continues the trace of the previous stage, warns, and ends', async () => {
      const next = startSpan({ ...stage, parent: SAMPLED })!;
      const [version, traceId, spanId, flags] = next.traceparent.split('-');
      expect([version, traceId, flags]).toEqual(['00', 'ab'.repeat(16), '01']);
      expect(spanId).not.toBe('cd'.repeat(8));
      next.end({ failed: true });
      await tracing.onApplicationShutdown();
      expect(log.lines.map(({ msg }) => msg)).toContain('cannot export the last spans');
      expect(startSpan(stage)).toBeUndefined();
    }, 20_000);

    it('spans are added to sampled traces only', async () => {
      expect(sampledTrace(() => SAMPLED)).toBe(SAMPLED);
      expect(sampledTrace(() => UNSAMPLED)).toBeUndefined();
      expect(sampledTrace(() => undefined)).toBeUndefined();
      await tracing.onApplicationShutdown();
    });
  });

  it.each(['-0.1', '1.1', 'half'])('%s is rejected as a sampling fraction', (ratio) =>
    expect(() => configWith({ OTEL_TRACES_SAMPLER_ARG: ratio })).toThrow(/from 0 to 1|at (least|most)/),
  );
});
