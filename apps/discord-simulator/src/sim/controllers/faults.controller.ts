import { Body, Controller, Delete, Get, HttpCode, Inject, Post } from '@nestjs/common';
import { GatewayRules } from '../../faults/gateway-rules.js';
import { RestAnswers } from '../../faults/rest-answers.js';
import { Faults } from '../../gateway/faults.js';
import { RestFaults } from '../../rest/limits/rest-faults.js';
import {
  countRequest,
  dropRequest,
  freezeRequest,
  invalidateRequest,
  refuseRequest,
  restFault,
  shardRequest,
} from '../bodies/bodies.js';

/** Faults on demand. */
@Controller('_sim')
export class SimFaultsController {
  constructor(
    @Inject(Faults) private readonly faults: Faults,
    @Inject(RestFaults) private readonly restFaults: RestFaults,
    @Inject(RestAnswers) private readonly answers: RestAnswers,
    @Inject(GatewayRules) private readonly rules: GatewayRules,
  ) {}

  @Post(['connections/drop', 'faults/drop'])
  @HttpCode(200)
  drop(@Body() body: unknown) {
    const { code, shardId } = dropRequest.parse(body ?? {});
    return { connections: this.faults.drop(code, shardId) };
  }

  @Post(['connections/reconnect', 'faults/reconnect'])
  @HttpCode(200)
  reconnect(@Body() body: unknown) {
    return { connections: this.faults.reconnect(shardRequest.parse(body ?? {}).shardId) };
  }

  @Post(['connections/invalidate', 'faults/invalidate'])
  @HttpCode(200)
  invalidate(@Body() body: unknown) {
    const { resumable, shardId } = invalidateRequest.parse(body);
    return { connections: this.faults.invalidate(resumable, shardId) };
  }

  @Post('faults/freeze')
  @HttpCode(200)
  freeze(@Body() body: unknown) {
    const { heartbeatAcks, shardId, durationMs } = freezeRequest.parse(body ?? {});
    return { connections: this.faults.freeze(heartbeatAcks, shardId, durationMs) };
  }

  @Post('faults/thaw')
  @HttpCode(200)
  thaw(@Body() body: unknown) {
    return { connections: this.faults.thaw(shardRequest.parse(body ?? {}).shardId) };
  }

  @Post('faults/heartbeat-acks')
  @HttpCode(200)
  skipHeartbeatAcks(@Body() body: unknown) {
    const { count, shardId } = countRequest.parse(body ?? {});
    return { connections: this.faults.skipHeartbeatAcks(count, shardId) };
  }

  @Post('faults/repeat')
  @HttpCode(200)
  repeat(@Body() body: unknown) {
    const { count, shardId } = countRequest.parse(body ?? {});
    return { dispatches: this.faults.repeat(count, shardId) };
  }

  @Post('faults/reorder')
  @HttpCode(200)
  reorder(@Body() body: unknown) {
    const { count, shardId } = countRequest.parse(body ?? {});
    return { connections: this.faults.reorder(count, shardId) };
  }

  @Post('faults/refuse')
  @HttpCode(200)
  refuse(@Body() body: unknown) {
    const { durationMs } = refuseRequest.parse(body);
    this.faults.refuse(durationMs);
    return { durationMs };
  }

  @Post('faults/rest')
  @HttpCode(200)
  disturbRest(@Body() body: unknown) {
    this.restFaults.set(restFault.parse(body));
    return { rest: this.restFaults.all() };
  }

  @Get('faults')
  inForce() {
    const { ops, dispatches, sessionId } = this.rules;
    return {
      rest: this.restFaults.all(),
      answers: this.answers.all(),
      ops: ops.all(),
      dispatches: dispatches.all(),
      sessionId,
    };
  }

  /** Ends all lasting faults. */
  @Delete('faults')
  @HttpCode(200)
  clear() {
    this.restFaults.clear();
    this.answers.remove();
    this.rules.clear();
    this.faults.refuse(0);
    return { connections: this.faults.thaw() };
  }

  @Post('sessions/expire')
  @HttpCode(200)
  expireSessions(@Body() body: unknown) {
    return { sessions: this.faults.expireSessions(shardRequest.parse(body ?? {}).shardId) };
  }
}
