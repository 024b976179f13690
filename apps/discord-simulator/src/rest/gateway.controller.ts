import { Controller, Get, Headers, Inject, UseGuards } from '@nestjs/common';
import { Gateway } from '../gateway/gateway.js';
import { OPTIONS, type SimulatorOptions } from '../options.js';
import { BotGuard } from './request/bot-guard.js';

/** The gateway's URL, with the host by which the client reached this server. */
@Controller('api/v10/gateway')
export class GatewayController {
  constructor(
    @Inject(Gateway) private readonly gateway: Gateway,
    @Inject(OPTIONS) private readonly options: SimulatorOptions,
  ) {}

  @Get()
  address(@Headers('host') host: string) {
    return { url: gatewayUrl(host) };
  }

  @Get('bot')
  @UseGuards(BotGuard)
  bot(@Headers('host') host: string) {
    return {
      url: gatewayUrl(host),
      shards: this.options.shards,
      session_start_limit: this.gateway.handshake.limits.startLimit(),
    };
  }
}

function gatewayUrl(host: string): string {
  return `ws://${host}/gateway`;
}
