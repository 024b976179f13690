import { Controller, Inject, type Type } from '@nestjs/common';
import { MessagePattern } from '@nestjs/microservices';
import { HealthRegistry } from './health.js';
import type { StatusReport } from './status-report.js';

/** A NATS microservice controller that answers `subject` with the process's status. */
export function statusControllerFor(subject: string): Type<unknown> {
  @Controller()
  class StatusController {
    constructor(@Inject(HealthRegistry) private readonly health: HealthRegistry) {}

    @MessagePattern(subject)
    status(): StatusReport {
      return this.health.report();
    }
  }
  return StatusController;
}
