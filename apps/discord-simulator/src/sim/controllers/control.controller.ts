import { Body, Controller, Delete, Get, HttpCode, Inject, Param, Post, Query } from '@nestjs/common';
import { Faults } from '../../gateway/faults.js';
import { Gateway } from '../../gateway/gateway.js';
import { Ledger } from '../../state/ledger.js';
import { ledgerQuery, newScenario, rawDispatch, rawText, sentQuery } from '../bodies/bodies.js';
import { ControlError } from '../bodies/control-error.js';
import { Scenarios } from '../scenario/scenarios.js';
import { scenarioView, sessionView } from './views.js';

/** Scenarios, faults, the ledger and the state of the gateway. */
@Controller('_sim')
export class SimControlController {
  constructor(
    @Inject(Gateway) private readonly gateway: Gateway,
    @Inject(Faults) private readonly faults: Faults,
    @Inject(Scenarios) private readonly scenarios: Scenarios,
    @Inject(Ledger) private readonly ledger: Ledger,
  ) {}

  @Get('health')
  health() {
    return {
      status: 'ok',
      uptimeMs: Math.round(process.uptime() * 1000),
      rssBytes: process.memoryUsage.rss(),
    };
  }

  @Post('scenario')
  startScenario(@Body() body: unknown) {
    return scenarioView(this.scenarios.start(newScenario.parse(body)));
  }

  @Get('scenario')
  listScenarios() {
    return { scenarios: this.scenarios.all().map(scenarioView) };
  }

  @Delete('scenario/:id')
  @HttpCode(200)
  stopScenario(@Param('id') id: string) {
    return scenarioView(this.scenarios.stop(id));
  }

  @Get('sessions')
  sessions() {
    const { identifies, resumes } = this.gateway.sessions;
    return { identifies, resumes, sessions: [...this.gateway.sessions.all()].map(sessionView) };
  }

  /** What was sent to a session; without `session`, the known sessions. */
  @Get('sent')
  sent(@Query() query: unknown) {
    const { session, after, limit } = sentQuery.parse(query);
    const { sent } = this.gateway.sessions;
    if (session === undefined) return { sessions: sent.sessions() };
    const page = sent.page(session, after, limit);
    if (page) return { session, ...page };
    throw new ControlError(404, 'SIM.UNKNOWN_SESSION', `session ${session} is not known`);
  }

  /** Starts a new day: the identify budget is full, and a token that was reset is valid again. */
  @Post('identify-budget/restore')
  @HttpCode(200)
  restoreBudget() {
    this.gateway.handshake.limits.restore();
    return this.gateway.handshake.limits.startLimit();
  }

  @Get('ledger')
  ledgerPage(@Query() query: unknown) {
    const { after, limit } = ledgerQuery.parse(query);
    const { firstIndex, lastIndex } = this.ledger.summary();
    return { firstIndex, lastIndex, entries: this.ledger.page(after, limit) };
  }

  @Get('ledger/summary')
  ledgerSummary() {
    return this.ledger.summary();
  }

  @Post('dispatch')
  @HttpCode(200)
  dispatch(@Body() body: unknown) {
    const { t, d, shardId } = rawDispatch.parse(body);
    return { sessions: this.faults.dispatch(t, d, shardId) };
  }

  @Post('raw')
  @HttpCode(200)
  raw(@Body() body: unknown) {
    const { text, shardId } = rawText.parse(body);
    return { connections: this.faults.raw(text, shardId) };
  }
}
