import { readFileSync } from 'node:fs';
import { expect, type Locator, type Page } from '@playwright/test';
import { env } from './env.ts';

interface Sent {
  status: string;
  json: unknown;
  download: (() => Promise<{ name: string; text: string }>) | null;
}

interface Fields {
  query?: Record<string, string>;
  eventId?: number;
  body?: object;
  file?: { type: string; name: string; content: string };
}

/** Swagger UI, as somebody uses it who has never seen the code. */
export class SwaggerUi {
  private readonly page: Page;

  constructor(page: Page) {
    this.page = page;
  }

  async open(): Promise<void> {
    this.page.setDefaultTimeout(15_000);
    await this.page.goto('/docs');
    await this.page.locator('.auth-wrapper .btn.authorize').click();
    await this.page.locator('.auth-container input').fill(env.adminToken);
    await this.page.locator('.auth-btn-wrapper .authorize').click();
    await this.page.locator('.auth-btn-wrapper .btn-done').click();
  }

  /** Opens an operation, fills in what is given, leaves the rest as the page proposes it, and sends. */
  async send(method: string, path: string, fields: Fields = {}): Promise<Sent> {
    const block = this.page.locator(`.opblock-${method}`).filter({ has: this.page.locator(`[data-path="${path}"]`) });
    const execute = block.locator('button.execute');
    if (!(await execute.isVisible())) {
      if (!(await block.locator('.opblock-body').isVisible())) await block.locator('.opblock-summary').click();
      await block.locator('.try-out__btn').click();
    }
    await this.fill(block, fields);
    // The answer before must not pass for the one that comes.
    if (await block.locator('.btn-clear').isVisible()) await block.locator('.btn-clear').click();
    await execute.click();
    const answer = block.locator('.live-responses-table .response').first();
    await expect(answer).toBeVisible({ timeout: 30_000 });
    return this.read(answer);
  }

  private async fill(block: Locator, { query = {}, eventId, body, file }: Fields): Promise<void> {
    const parameter = (name: string) => block.locator(`tr[data-param-name="${name}"]`);
    if (eventId !== undefined) await parameter('eventId').locator('input').fill(String(eventId));
    for (const [name, value] of Object.entries(query)) {
      const select = parameter(name).locator('select');
      if ((await select.count()) > 0) await select.selectOption(value);
      else await parameter(name).locator('input').fill(value);
    }
    if (body) await block.locator('.body-param textarea').fill(JSON.stringify(body));
    if (!file) return;
    await block.locator('.body-param-content-type select, .content-type').first().selectOption(file.type);
    const { name, type: mimeType, content } = file;
    await block.locator('input[type="file"]').setInputFiles({ name, mimeType, buffer: Buffer.from(content) });
  }

  private async read(answer: Locator): Promise<Sent> {
    const status = ((await answer.locator('.response-col_status').textContent()) ?? '').trim();
    const link = answer.getByRole('link', { name: 'Download file' });
    if ((await link.count()) > 0) return { status, json: undefined, download: () => this.download(link) };
    const text = await answer.locator('.highlight-code pre, pre.microlight').first().textContent();
    return { status, json: text === null ? undefined : (JSON.parse(text) as unknown), download: null };
  }

  private async download(link: Locator): Promise<{ name: string; text: string }> {
    const coming = this.page.waitForEvent('download');
    await link.click();
    const download = await coming;
    return { name: download.suggestedFilename(), text: readFileSync(await download.path(), 'utf8') };
  }
}
