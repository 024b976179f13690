import { Controller, Get, Header, Inject, Res } from '@nestjs/common';
import { Registry } from 'prom-client';
import { HealthRegistry } from './health.js';
import type { StatusReport } from './status-report.js';

/** The part of an HTTP response that the controller uses. */
interface StatusSetter {
  status(code: number): unknown;
}

@Controller()
export class HealthController {
  constructor(
    @Inject(HealthRegistry) private readonly health: HealthRegistry,
    @Inject(Registry) private readonly registry: Registry,
  ) {}

  /** Liveness: the process runs; restart it when this fails. */
  @Get('api/live')
  live(): { status: 'ok' } {
    return { status: 'ok' };
  }

  /** Readiness: the process can work; otherwise 503 with the failing checks. */
  @Get('api/ready')
  ready(@Res({ passthrough: true }) response: StatusSetter): Pick<StatusReport, 'state' | 'checks'> {
    const { state, checks } = this.health.report();
    if (!this.health.ready()) response.status(503);
    return { state, checks };
  }

  @Get('api/status')
  status(): StatusReport {
    return this.health.report();
  }

  @Get('metrics')
  @Header('Content-Type', Registry.PROMETHEUS_CONTENT_TYPE)
  metrics(): Promise<string> {
    return this.registry.metrics();
  }
}
