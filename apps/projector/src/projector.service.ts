import { ControlRegistry } from '@discord-relay/platform';
import {
  type BeforeApplicationShutdown,
  Inject,
  Injectable,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { registerCommands } from './control/commands.js';
import { ProjectorControl } from './control/projector-control.js';
import { Projector } from './projector.js';

/** Starts and stops the projector with the process, and registers its commands. */
@Injectable()
export class ProjectorService implements OnApplicationBootstrap, BeforeApplicationShutdown {
  constructor(
    @Inject(Projector) private readonly projector: Projector,
    @Inject(ProjectorControl) private readonly control: ProjectorControl,
    @Inject(ControlRegistry) private readonly commands: ControlRegistry,
  ) {}

  onApplicationBootstrap(): void {
    registerCommands(this.commands, this.control, this.projector);
    const { audit } = this.control;
    this.commands.observe((record) => audit.record(record));
    this.projector.start();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.projector.stop();
    await this.control.close();
  }
}
