import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { expect as plainExpect, test, type Page } from '@playwright/test'
import type { AxeResults } from 'axe-core'
import { smallModel } from '../support/e2e-model'
import { launch, type Studio } from '../support/launch'

const expect = plainExpect.configure({ timeout: 60_000 })
test.setTimeout(300_000)

declare global {
  interface Window {
    readonly axe: { run: (context: Document) => Promise<AxeResults> }
  }
}

let model: Awaited<ReturnType<typeof smallModel>>
let studio: Studio
let axe: string

test.beforeAll(async () => {
  axe = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
  model = await smallModel()
  studio = await launch({ env: model.env })
  const { page } = studio
  await page.getByRole('main', { name: 'Canvas' }).getByRole('textbox').fill('a red fox')
  await page.getByRole('button', { name: 'Draw it' }).click()
  await expect(
    page.getByRole('listbox', { name: 'Pictures on the canvas' }).getByRole('option', { name: 'a red fox' }),
  ).toBeVisible()
  // Past the page's own policy, which lets no script in.
  const session = await studio.page.context().newCDPSession(studio.page)
  await session.send('Runtime.evaluate', { expression: axe })
})
test.afterAll(async () => {
  await studio.close()
  await model.remove()
})

/** What axe finds that is serious or worse, with where it is. */
async function serious(page: Page): Promise<string[]> {
  const { violations } = await page.evaluate(() => window.axe.run(document))
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, nodes }) => nodes.map(({ target, failureSummary }) => `${id}: ${target.join(' ')}: ${failureSummary ?? ''}`))
}

const SIZES = [
  { width: 1280, height: 720 },
  { width: 1920, height: 1080 },
]

for (const colorScheme of ['dark', 'light'] as const) {
  for (const workspace of ['Create', 'Models']) {
    test(`axe finds nothing serious in ${workspace}, ${colorScheme}; nothing is cut off`, async () => {
      const { page } = studio
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
      await page.getByRole('tab', { name: workspace }).click()
      for (const size of SIZES) {
        await page.setViewportSize(size)
        expect(await serious(page)).toEqual([])
        const spill = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)
        expect(spill).toBe(0)
        await page.screenshot({ path: `test-results/${workspace.toLowerCase()}-${colorScheme}-${size.width}.png` })
      }
    })
  }
}

test('the layers above the workspaces too: settings, keys, commands', async () => {
  const { page } = studio
  // What still fades in has less contrast than it will have.
  await page.emulateMedia({ colorScheme: 'light', reducedMotion: 'reduce' })
  await page.getByRole('tab', { name: 'Create' }).click()
  await page.setViewportSize({ width: 1280, height: 720 })
  for (const [key, name] of [
    ['Control+,', 'Settings'],
    ['Control+k', 'All commands'],
    ['?', 'All keys'],
  ] as const) {
    // A plain key means itself in a field.
    await page.getByRole('listbox', { name: 'Pictures on the canvas' }).focus()
    await page.keyboard.press(key)
    await expect(page.getByRole('dialog', { name })).toBeVisible()
    expect(await serious(page)).toEqual([])
    await page.screenshot({ path: `test-results/layer-${name.toLowerCase().replace(' ', '-')}.png` })
    await page.keyboard.press('Escape')
    await expect(page.getByRole('dialog')).toHaveCount(0)
  }
})
