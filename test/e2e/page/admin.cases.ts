import { until } from '@discord-relay/local-stack';
import type { Locator, Page } from 'playwright-core';
import { callAsAdmin, createToken } from './admin-requests.js';
import { KeyboardUser } from './keyboard-user.js';
import { openAsAdmin, type PageContext } from './page-context.js';

/** The administration, using only the keyboard. */
export function adminCases(context: () => PageContext): void {
  describe('the administration', () => {
    let page: Page;
    let user: KeyboardUser;
    let close: () => Promise<void>;

    beforeAll(async () => {
      ({ page, close } = await openAsAdmin(context(), '/admin'));
      user = new KeyboardUser(page);
      await page.getByTestId('admin-view').waitFor();
    }, 60_000);

    afterAll(() => close?.());

    const press = (element: Locator, key?: string) => user.activate(element, key);
    const tokens = () => page.getByTestId('tokens');
    const webhooks = () => page.getByTestId('webhooks');
    const me = async (token: string) => {
      const headers = { authorization: `Bearer ${token}` };
      return (await fetch(`${context().temp.url}/api/auth/me`, { headers })).status;
    };

    it('the administration shows every process, the shards and the partitions, and a process that stops without a reload', async () => {
      const { temp } = context();
      const system = page.getByTestId('system');
      for (const service of ['ingestor', 'projector', 'gateway-api'])
        await system.getByRole('cell', { name: service, exact: true }).waitFor();
      await page.getByTestId('shards').getByText('connected', { exact: true }).waitFor();
      await page.getByTestId('partitions').getByText('up to date').first().waitFor();
      await temp.stack.service('projector').kill();
      await system.getByText('No process of projector answers.').waitFor({ timeout: 60_000 });
      temp.stack.service('projector').start();
      await system
        .getByText('No process of projector answers.')
        .waitFor({ state: 'detached', timeout: 60_000 });
      await page.getByTestId('partitions').getByText('live, up to date').first().waitFor({ timeout: 60_000 });
    }, 180_000);

    it('the administration creates a token that works, shows it once, rotates it, and revokes it', async () => {
      await press(page.getByTestId('new-token').locator('summary'));
      await user.tabTo(tokens().getByLabel('What it is for'));
      await user.type('nightly export');
      await user.press('Enter');
      const secret = await page
        .getByTestId('new-token')
        .getByTestId('one-time-secret')
        .getByRole('textbox')
        .inputValue();
      expect(await me(secret)).toBe(200);
      const rows = tokens().getByRole('row').filter({ hasText: 'nightly export' });
      await press(rows.getByRole('button', { name: 'Rotate' }));
      await press(rows.getByRole('group').getByRole('button', { name: 'Rotate' }));
      const next = await rows.getByTestId('one-time-secret').getByRole('textbox').inputValue();
      expect([await me(secret), await me(next)]).toEqual([200, 200]);
      await rows.nth(1).waitFor();
      const row = rows.filter({ has: page.getByTestId('one-time-secret') });
      await press(row.getByRole('button', { name: 'Revoke' }));
      const question = row.getByRole('group', { name: /Revoke “nightly export”/ });
      await question.waitFor();
      expect(await question.getByRole('button', { name: 'Cancel' }).evaluate(isFocused)).toBe(true);
      await page.keyboard.press('Escape');
      await question.waitFor({ state: 'detached' });
      expect(await me(secret)).toBe(200);
      await user.seesFocus();
      await press(row.getByRole('button', { name: 'Revoke' }));
      await press(question.getByRole('button', { name: 'Revoke' }));
      await rows.getByText('revoked').waitFor();
      await until('the token is refused', 20_000, async () =>
        (await me(secret)) === 401 ? true : undefined,
      );
      expect(await me(next)).toBe(200);
    }, 120_000);

    it('the administration creates a webhook, rotates its secret, disables and removes it', async () => {
      const { guildId } = context();
      const url = 'https://receiver.example/hook';
      const form = page.getByTestId('new-webhook');
      await press(form.locator('summary'));
      await user.tabTo(form.getByLabel('Server'));
      await user.type('Example server');
      expect(await form.getByLabel('Server').inputValue()).toBe(guildId);
      await user.tabTo(form.getByLabel('Address'));
      await user.type(url);
      await press(form.getByRole('checkbox', { name: 'message.created' }), 'Space');
      await press(form.getByRole('button', { name: 'Create a webhook' }));
      const first = await form.getByTestId('one-time-secret').getByRole('textbox').inputValue();
      const row = webhooks().getByRole('row').filter({ hasText: url });
      await row.getByText('message.created').waitFor();
      await press(row.getByRole('button', { name: 'Rotate secret' }));
      await press(row.getByRole('group').getByRole('button', { name: 'Rotate secret' }));
      const second = await row.getByTestId('one-time-secret').getByRole('textbox').inputValue();
      expect(second).not.toBe(first);
      await press(row.getByRole('button', { name: 'Disable' }));
      await row.getByText('disabled by an admin').waitFor();
      await press(row.getByRole('button', { name: 'Enable' }));
      await row.getByText('enabled', { exact: true }).waitFor();
      await press(row.getByRole('button', { name: 'Remove' }));
      await press(row.getByRole('group').getByRole('button', { name: 'Remove' }));
      await row.waitFor({ state: 'detached' });
    }, 60_000);

    it('the administration has an audit log of what admins have done', async () => {
      await changeTokensAndWebhooks(context());
      const actions = [
        'token.created',
        'token.revoked',
        'webhook.created',
        'webhook.secret_rotated',
        'webhook.removed',
      ];
      await until('all actions', 30_000, async () => {
        await page.reload();
        const audit = page.getByTestId('audit');
        await audit.getByRole('row').nth(1).waitFor();
        const text = (await audit.textContent()) ?? '';
        return actions.every((action) => text.includes(action)) || undefined;
      });
      await user.tabTo(page.getByRole('region', { name: 'Audit log' }));
      await user.seesFocus();
    }, 60_000);
  });
}

/** Creates a token and a webhook, changes both, and removes them again. */
async function changeTokensAndWebhooks(context: PageContext): Promise<void> {
  const { id } = await createToken(context, 'an audited token');
  await callAsAdmin(context, 'DELETE', `/api/v1/tokens/${id}`);
  const webhook = { guildId: context.guildId, url: 'https://receiver.example/audited', types: null };
  const created = await callAsAdmin(context, 'POST', '/api/v1/webhooks', { ...webhook, description: '' });
  const path = `/api/v1/webhooks/${((await created.json()) as { id: string }).id}`;
  await callAsAdmin(context, 'POST', `${path}/rotate-secret`, {});
  await callAsAdmin(context, 'DELETE', path);
}

const isFocused = (element: Element): boolean => element === document.activeElement;
