import { Controller, Inject, type Type } from '@nestjs/common';
import { Ctx, MessagePattern, type NatsContext, Payload } from '@nestjs/microservices';
import { EMPTY, type Observable } from 'rxjs';
import { type ControlAnswer, ControlRegistry } from './control.js';
import { HealthRegistry } from '../health/health.js';
import type { StatusReport } from '../health/status-report.js';

/** A NATS microservice controller that answers `prefix.status` and every `prefix.do.<command>`. */
export function controlControllerFor(prefix: string): Type<unknown> {
  @Controller()
  class ControlController {
    constructor(
      @Inject(HealthRegistry) private readonly health: HealthRegistry,
      @Inject(ControlRegistry) private readonly commands: ControlRegistry,
    ) {}

    @MessagePattern(`${prefix}.status`)
    status(): StatusReport {
      return this.health.report();
    }

    @MessagePattern(`${prefix}.do.>`)
    async command(
      @Payload() data: unknown,
      @Ctx() context: NatsContext,
    ): Promise<ControlAnswer | Observable<never>> {
      const name = context.getSubject().slice(`${prefix}.do.`.length);
      return (await this.commands.answer(name, data)) ?? EMPTY;
    }
  }
  return ControlController;
}
