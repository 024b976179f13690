import { Body, Controller, Delete, Get, HttpCode, Inject, Param, Post } from '@nestjs/common';
import { GatewayRules } from '../../faults/gateway-rules.js';
import { RestAnswers } from '../../faults/rest-answers.js';
import { ControlError } from '../bodies/control-error.js';
import { dispatchRule, opRule, restAnswer, sessionName } from '../bodies/rule-bodies.js';

/** Rules that make REST and the gateway misbehave until they are used up or removed. */
@Controller('_sim/faults')
export class SimRulesController {
  constructor(
    @Inject(RestAnswers) private readonly answers: RestAnswers,
    @Inject(GatewayRules) private readonly gateway: GatewayRules,
  ) {}

  @Post('answers')
  @HttpCode(200)
  answer(@Body() body: unknown) {
    const { times, ...spec } = restAnswer.parse(body);
    return this.answers.add(spec, times);
  }

  @Get('answers')
  listAnswers() {
    return { held: this.answers.heldBy(), answers: this.answers.all() };
  }

  /** Releases held requests, of any rule. */
  @Post('answers/release')
  @HttpCode(200)
  releaseAll() {
    return { released: this.answers.release() };
  }

  @Post('answers/:id/release')
  @HttpCode(200)
  release(@Param('id') id: string) {
    return { released: this.answers.release(id) };
  }

  @Post('ops')
  @HttpCode(200)
  op(@Body() body: unknown) {
    const { times, ...spec } = opRule.parse(body);
    return this.gateway.ops.add(spec, times);
  }

  @Post('dispatches')
  @HttpCode(200)
  dispatch(@Body() body: unknown) {
    const { times, ...spec } = dispatchRule.parse(body);
    return this.gateway.dispatches.add(spec, times);
  }

  /** Sets the id of every new session from now on. */
  @Post('session-id')
  @HttpCode(200)
  sessionId(@Body() body: unknown) {
    this.gateway.sessionId = sessionName.parse(body).id;
    return { id: this.gateway.sessionId };
  }

  /** Removes a rule of any kind. */
  @Delete('rules/:id')
  @HttpCode(200)
  remove(@Param('id') id: string) {
    const { ops, dispatches } = this.gateway;
    const removed = this.answers.remove(id) + ops.remove(id) + dispatches.remove(id);
    if (removed === 0) throw new ControlError(404, 'SIM.UNKNOWN_RULE', `there is no rule ${id}`);
    return { removed };
  }
}
