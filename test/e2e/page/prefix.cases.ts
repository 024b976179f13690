import { until } from '@discord-relay/local-stack';
import {
  documentedProxy,
  hasProxy,
  UNDER_PREFIX,
} from '../../../apps/gateway-api/src/testing/documented-proxies.js';
import { connectionState, logInWithToken, openReader, type PageContext } from './page-context.js';

/** The page below a path prefix that a real proxy strips. */
export function prefixCases(context: () => PageContext): void {
  const whenNginx = hasProxy('nginx') ? it : it.skip;

  whenNginx(
    'works below a path prefix behind nginx, also at the address of a message',
    async () => {
      const { temp, channelId } = context();
      const port = Number(new URL(temp.url).port);
      const proxy = await documentedProxy('nginx', [port, port], UNDER_PREFIX.nginx);
      const { page, close } = await openReader(context());
      const foreign: string[] = [];
      page.on('request', (request) => {
        if (!request.url().startsWith(`${proxy.url}/relay/`)) foreign.push(request.url());
      });
      const path = `/relay/channels/${channelId}`;
      await logInWithToken(page, proxy.url + path, temp.token);
      await until('live', 20_000, async () => ((await connectionState(page)) === 'live' ? true : undefined));
      const said = await temp.sim.say(channelId, 'seen below a prefix');
      await page.getByTestId(`message-${said.id}`).waitFor();
      await page.goto(`${proxy.url}${path}/messages/${said.id}`);
      await page.getByTestId(`message-${said.id}`).waitFor();
      expect(await page.getByTestId(`channel-${channelId}`).getAttribute('href')).toBe(path);
      expect(foreign).toEqual([]);
      await close();
      await proxy.stop();
    },
    60_000,
  );
}
