import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { connect as connectTcp, createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { jetstreamManager } from '@nats-io/jetstream';
import { LOG_STREAM } from '@discord-relay/contracts';
import { freePort, ServiceProcess, until } from '@discord-relay/local-stack';
import { useIngestor } from '../support/stacks/ingestor-harness.js';

/** A proxy to a local port that can be blocked: it resets its connections and refuses new ones. */
async function openProxy(targetPort: number) {
  const sockets = new Set<Socket>();
  const port = await freePort();
  let server: Server;
  const join = (near: Socket) => {
    const far = connectTcp(targetPort, '127.0.0.1');
    for (const each of [near, far]) {
      sockets.add(each);
      each.on('error', () => each.destroy()).on('close', () => sockets.delete(each));
    }
    near.pipe(far).pipe(near);
  };
  const open = () =>
    new Promise<void>((resolve) => (server = createServer(join).listen(port, '127.0.0.1', resolve)));
  const block = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve());
      for (const each of sockets) each.resetAndDestroy();
    });
  await open();
  return { url: `http://127.0.0.1:${port}`, open, block };
}

describe('ingestor among faults', () => {
  const harness = useIngestor();
  const {
    startDiscord,
    envOf,
    startIngestor,
    messageIdsInLog,
    connected,
    expectLogToMatchLedger,
    shardOf,
    speak,
    speakTimes,
    cleanUp,
  } = harness;

  describe('when the connection to Discord breaks', () => {
    it.each([
      ['without a word', () => harness.sim.faults.drop()],
      ['with a close code', () => harness.sim.faults.drop(4000)],
      ['by op 7', () => harness.sim.faults.reconnect()],
      ['by a resumable op 9', () => harness.sim.faults.invalidate(true)],
    ])(
      'a session resumes after the connection broke %s: nothing is lost and nothing comes twice',
      async (_, breakIt) => {
        const running = startIngestor();
        await connected(running);
        speakTimes(50);
        breakIt();
        speakTimes(50);
        await until(
          'the session to be resumed',
          15_000,
          async () => (await running.metric('resumes_total')) || undefined,
        );
        speakTimes(50);
        await expectLogToMatchLedger();
        expect(await running.metric('identifies_total')).toBe(1);
        expect(await running.metric('sessions_lost_total')).toBe(0);
      },
    );

    it('an ingestor starts a new session if Discord refuses the old one, and reports that it was lost', async () => {
      const running = startIngestor();
      await connected(running);
      harness.sim.faults.invalidate(false);
      await until('a second session', 15_000, async () =>
        (await running.metric('identifies_total')) === 2 ? true : undefined,
      );
      expect(await running.metric('sessions_lost_total')).toBe(1);
      speak('in the new session');
      await expectLogToMatchLedger();
    });

    it('an ingestor resumes after resets and refused connections, which say nothing about the session', async () => {
      const proxy = await openProxy(harness.sim.port);
      cleanUp.push(() => proxy.block());
      const running = startIngestor({ DISCORD_API_URL: `${proxy.url}/api` });
      await connected(running);
      speakTimes(50);
      await proxy.block();
      speakTimes(50);
      await until('two attempts in vain', 20_000, () => shardOf(running).failures >= 2 || undefined);
      await proxy.open();
      await connected(running);
      await expectLogToMatchLedger();
      expect(await running.metric('identifies_total')).toBe(1);
      expect(await running.metric('sessions_lost_total')).toBe(0);
    });

    it('an ingestor resumes through the general address if the address of the session no longer exists', async () => {
      const proxy = await openProxy(harness.sim.port);
      const first = startIngestor({ DISCORD_API_URL: `${proxy.url}/api` });
      await connected(first);
      await first.stop();
      await proxy.block();
      speakTimes(20);
      const second = startIngestor();
      await until('the session to be resumed', 30_000, () => second.ingestor.discordCheck.ok || undefined);
      await expectLogToMatchLedger();
      expect(await second.metric('resumes_total')).toBe(1);
      expect(await second.metric('identifies_total')).toBe(0);
    }, 45_000);

    it('an ingestor waits for a Discord that is not there yet', async () => {
      const port = await freePort();
      const running = startIngestor({ DISCORD_API_URL: `http://127.0.0.1:${port}/api` });
      await until('the log to be open', 5_000, () => running.ingestor.logCheck.ok || undefined);
      expect(running.ingestor.discordCheck.ok).toBe(false);
      harness.sim = await startDiscord({ port });
      await connected(running);
    });
  });

  it('an ingestor leaves dispatches in the network when they come faster than the log accepts them', async () => {
    // A log that answers late counts as unavailable for the ingestor, which then closes the connection.
    const patient = { PUBLISH_ACK_WAIT_MS: '30000' };
    // Reading pauses at half of the queue; what one read of the socket brings, up to 64 KiB, has to fit into the other half.
    const running = startIngestor({ PUBLISH_QUEUE_MAX: '1000', PUBLISH_MAX_IN_FLIGHT: '50', ...patient });
    await connected(running);
    speakTimes(5_000);
    await expectLogToMatchLedger();
    expect(await running.metric('read_pauses_total')).toBeGreaterThan(0);
    expect([await running.metric('identifies_total'), await running.metric('resumes_total')]).toEqual([1, 0]);
  });

  describe('when NATS is unavailable', () => {
    it('an ingestor keeps what arrives while NATS is unavailable, and publishes it once and in order afterwards', async () => {
      const running = startIngestor();
      await connected(running);
      speakTimes(100);
      await harness.nats.kill('SIGKILL');
      speakTimes(300);
      await until('the outage to be noticed', 10_000, () => !running.ingestor.logCheck.ok || undefined);
      speakTimes(100);
      await harness.nats.restart();
      await expectLogToMatchLedger();
      expect(running.ingestor.logCheck.ok).toBe(true);
    });

    it('an ingestor that stops publishes everything that it has received first', async () => {
      const running = startIngestor({ DRAIN_TIMEOUT_MS: '60000' });
      await connected(running);
      await harness.nats.kill('SIGSTOP');
      for (let count = 1; count <= 20; count++) {
        speak(`message ${count}`);
        const { ingestor } = running;
        await until(
          'the message to be received',
          5_000,
          () => ingestor.status.queueLength === count || undefined,
        );
      }
      const stopping = running.stop();
      await sleep(500);
      await harness.nats.kill('SIGCONT');
      await stopping;
      expect(await messageIdsInLog()).toHaveLength(20);
    });

    it('an ingestor lets Discord buffer what exceeds its queue, and accepts it when there is capacity', async () => {
      const running = startIngestor({ PUBLISH_QUEUE_MAX: '200', PUBLISH_MAX_IN_FLIGHT: '50' });
      await connected(running);
      await harness.nats.kill('SIGSTOP');
      speakTimes(1_000);
      await until(
        'the shard to be disconnected',
        5_000,
        () => !running.ingestor.discordCheck.ok || undefined,
      );
      expect(running.ingestor.status.queueLength).toBeLessThan(1_000);
      await harness.nats.kill('SIGCONT');
      await expectLogToMatchLedger();
      expect(await running.metric('identifies_total')).toBe(1);
    });

    it('an ingestor waits while the log rejects events, says why, and continues in order when it accepts them', async () => {
      const running = startIngestor();
      await connected(running);
      speakTimes(10);
      await expectLogToMatchLedger();
      const { streams } = await jetstreamManager(harness.connection);
      const { config, state } = await streams.info(LOG_STREAM);
      await streams.update(LOG_STREAM, { ...config, max_msgs: state.messages });
      speakTimes(100);
      await until('the refusal to be noticed', 5_000, () => !running.ingestor.logCheck.ok || undefined);
      expect(running.ingestor.logCheck.detail).toMatch(/maximum messages exceeded/);
      await streams.update(LOG_STREAM, { ...config, max_msgs: -1 });
      await expectLogToMatchLedger();
    });

    it('an ingestor may start before NATS does', async () => {
      await harness.nats.kill('SIGKILL');
      const running = startIngestor();
      expect(running.ingestor.logCheck.ok).toBe(false);
      await harness.nats.restart();
      await connected(running);
    });
  });

  describe('from one process to the next', () => {
    async function startProcess(
      more: Record<string, string> = {},
      onExit: (code: number | null) => void = () => undefined,
    ): Promise<ServiceProcess> {
      const logDir = await mkdtemp(join(tmpdir(), 'relay-spec-'));
      const service = new ServiceProcess({
        app: 'ingestor',
        port: await freePort(),
        env: { ...envOf(more), LOG_LEVEL: 'warn' },
        logDir,
        onUnexpectedExit: (_, code) => onExit(code),
      });
      cleanUp.push(async () => {
        await service.stop();
        await rm(logDir, { recursive: true, force: true });
      });
      service.start();
      return service;
    }

    it('an ingestor hands its session over when it stops: the next process resumes where the log ends', async () => {
      const first = startIngestor();
      await connected(first);
      speakTimes(100);
      await first.stop();
      speakTimes(100);
      const second = startIngestor();
      await connected(second);
      await expectLogToMatchLedger();
      expect(await second.metric('resumes_total')).toBe(1);
      expect(await second.metric('identifies_total')).toBe(0);
    });

    it('an ingestor hands over a session that is just being created, so no identify is wasted', async () => {
      const first = startIngestor();
      // Checks in every turn of the event loop, so that READY is still on its way.
      while (harness.sim.gateway.sessions.identifies === 0) await new Promise(setImmediate);
      await first.stop();
      const second = startIngestor();
      await connected(second);
      expect(await second.metric('resumes_total')).toBe(1);
      expect(harness.sim.gateway.sessions.identifies).toBe(1);
    });

    it('an ingestor loses and duplicates nothing when it is killed with unacknowledged events', async () => {
      const first = await startProcess();
      await first.ready();
      speakTimes(100);
      await harness.nats.kill('SIGSTOP');
      speakTimes(200);
      await first.kill();
      speakTimes(100);
      await harness.nats.kill('SIGCONT');
      const second = startIngestor();
      await connected(second);
      await expectLogToMatchLedger();
      expect(await second.metric('sessions_lost_total')).toBe(0);
    });

    it('an ingestor that is killed again and again under traffic loses and duplicates nothing', async () => {
      const first = await startProcess();
      await first.ready();
      const scenario = harness.sim.scenarios.start({ messagesPerSecond: 300, durationMs: 5_000 });
      await first.kill();
      for (let round = 0; round < 2; round++) {
        const next = await startProcess();
        await next.ready();
        await next.kill();
      }
      const last = startIngestor();
      await connected(last);
      await until('the traffic to end', 15_000, () => scenario.endedAtMs ?? undefined);
      await expectLogToMatchLedger();
      expect(await last.metric('sessions_lost_total')).toBe(0);
    });

    it.each([
      ['the token', { token: 'right' }, /Discord refused the bot token: set DISCORD_TOKEN/],
      ['the intents', { disallowedIntents: 1 << 15 }, /enable “Message Content”/],
    ])(
      'an ingestor ends with exit code 78 and one line when Discord refuses %s',
      async (_, options, line) => {
        harness.sim = await startDiscord(options);
        let exitCode: number | null | undefined;
        const service = await startProcess({ DISCORD_TOKEN: 'wrong' }, (code) => (exitCode = code));
        await until('the process to end', 15_000, () => exitCode);
        expect(exitCode).toBe(78);
        const lines = (await readFile(service.logFile, 'utf8')).trim().split('\n');
        const fatal = lines.map((each) => JSON.parse(each) as { level: string; msg: string });
        expect(fatal.filter(({ level }) => level === 'fatal').map(({ msg }) => msg)).toEqual([
          expect.stringMatching(line),
        ]);
      },
    );

    it('an ingestor ends with code 78 when its spool is in use, and gets it at once when the other is killed', async () => {
      const dir = await mkdtemp(join(tmpdir(), 'relay-spool-'));
      cleanUp.push(() => rm(dir, { recursive: true, force: true }));
      const first = await startProcess({ SPOOL_DIR: dir });
      await first.ready();
      let exitCode: number | null | undefined;
      const second = await startProcess({ SPOOL_DIR: dir }, (code) => (exitCode = code));
      await until('the process to end', 15_000, () => exitCode);
      expect(exitCode).toBe(78);
      expect(await readFile(second.logFile, 'utf8')).toMatch(
        /LOG\.SPOOL_IN_USE.*SPOOL_DIR .* is used by another/,
      );
      await first.kill();
      const third = await startProcess({ SPOOL_DIR: dir });
      await third.ready();
    });

    it('an ingestor ends with exit code 78 when the log has another number of partitions than configured', async () => {
      const first = startIngestor({ PARTITIONS: '3' });
      await connected(first);
      let exitCode: number | null | undefined;
      await startProcess({ PARTITIONS: '4' }, (code) => (exitCode = code));
      await until('the process to end', 15_000, () => exitCode);
      expect(exitCode).toBe(78);
    });
  });
});
