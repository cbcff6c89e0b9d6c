import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test, type Page } from '@playwright/test'
import { smallModel } from '../support/e2e-model'
import { launch } from '../support/launch'

test.setTimeout(180_000)

const tab = (page: Page, name: string) => page.getByRole('tab', { name })
const canvas = (page: Page) => page.getByRole('main', { name: 'Canvas' })

test('workspaces are reached by pointer and by key, and the last one is open after a restart', async () => {
  const model = await smallModel()
  const home = await mkdtemp(join(tmpdir(), 'tim-home-'))
  try {
    const first = await launch({ home, env: model.env })
    const { page } = first
    await expect(tab(page, 'Create')).toHaveAttribute('aria-selected', 'true')
    await expect(canvas(page)).toBeVisible()
    await tab(page, 'Models').click()
    await expect(page.getByRole('list', { name: 'Installed models' }).getByRole('listitem')).toHaveCount(1)
    await expect(canvas(page)).toHaveCount(0)

    await tab(page, 'Models').press('ArrowLeft')
    await expect(canvas(page)).toBeVisible()
    await page.keyboard.press('Control+PageDown')
    await expect(tab(page, 'Models')).toHaveAttribute('aria-selected', 'true')
    // A plain key means a picture of the canvas: it does nothing where there is none. A combination leads there.
    await page.keyboard.press('r')
    await expect(tab(page, 'Models')).toHaveAttribute('aria-selected', 'true')
    await page.keyboard.press('Control+0')
    await expect(canvas(page)).toBeVisible()

    await tab(page, 'Models').click()
    await expect
      .poll(async () => page.evaluate(() => window.studio.call('settings/get')))
      .toMatchObject({ ok: true, value: { workspace: 'models' } })
    await first.close()

    const second = await launch({ home, env: model.env })
    await expect(tab(second.page, 'Models')).toHaveAttribute('aria-selected', 'true')
    await second.close()
  } finally {
    await model.remove()
    await rm(home, { recursive: true, force: true })
  }
})
