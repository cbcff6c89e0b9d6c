import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { spawn } from 'node:child_process'
import { resolve } from 'node:path'
import { expect as plainExpect, test, type Page } from '@playwright/test'
import { findRecipe } from '../../src-main/engine/images/recipe-in-png'
import { electronExecutable } from '../../src-main/setup/electron.mjs'
import { smallModel } from '../support/e2e-model'
import { launch, type Studio } from '../support/launch'

// Drawing shares the machine with whatever else runs there.
const expect = plainExpect.configure({ timeout: 60_000 })
test.setTimeout(240_000)

let model: Awaited<ReturnType<typeof smallModel>>
let studio: Studio

test.beforeAll(async () => {
  model = await smallModel()
})
test.afterAll(() => model.remove())
test.beforeEach(async () => {
  studio = await launch({ env: model.env })
})
test.afterEach(() => studio.close())

const canvas = (page: Page) => page.getByRole('listbox', { name: 'Pictures on the canvas' })
const frames = (page: Page) => page.getByRole('region', { name: 'Steps of the selected picture' }).getByRole('radio')
const generate = (page: Page) => page.keyboard.press('Control+Enter')
const queueButton = (page: Page) => page.getByRole('button', { name: /^Queue: / })

/** Fewer steps are left than there were at first. */
const GOES_ON = /step \d+ of [1-9]\d{2}\b/

async function setSteps(page: Page, steps: number): Promise<void> {
  const field = page.getByRole('textbox', { name: 'Steps', exact: true })
  await field.fill(String(steps))
  await field.press('Enter')
}

/** The first picture, and a long job of 1000 steps that has come some of its way. */
async function startLong(page: Page): Promise<void> {
  await page.getByRole('main', { name: 'Canvas' }).getByRole('textbox').fill('a red fox')
  await page.getByRole('button', { name: 'Draw it' }).click()
  await expect(canvas(page).getByRole('option', { name: 'a red fox' })).toBeVisible()
  await setSteps(page, 1000)
  await generate(page)
  await expect.poll(() => frames(page).count()).toBeGreaterThan(2)
}

async function recipes(home: string): Promise<ReturnType<typeof findRecipe>[]> {
  const months = await readdir(join(home, 'pictures'))
  const files = await Promise.all(
    months.map(async (month) =>
      (await readdir(join(home, 'pictures', month))).map((name) => join(home, 'pictures', month, name)),
    ),
  )
  const pngs = files
    .flat()
    .filter((file) => file.endsWith('.png'))
    .sort()
  return Promise.all(pngs.map(async (file) => findRecipe(await readFile(file), file)))
}

test('the queue goes on after a restart from the last stored state; cancelled, its state is kept as a picture', async () => {
  const { page, home } = studio
  await startLong(page)
  await setSteps(page, 2)
  await generate(page)
  await expect(queueButton(page)).toContainText('1 in queue')
  await studio.app.close()
  const again = await launch({ home, env: model.env })
  try {
    await expect(queueButton(again.page)).toContainText('1 in queue')
    // It does not begin anew: less than all steps are left.
    await queueButton(again.page).click()
    const running = again.page.getByRole('list', { name: 'Jobs' }).getByRole('listitem').first()
    await expect(running).toContainText(GOES_ON)
    await again.page.screenshot({ path: 'test-results/queue.png' })
    await running.getByRole('button', { name: /^Stop here/ }).click()
    await expect(again.page.getByText('Nothing waits.')).toBeVisible()
    await expect(again.page.getByRole('list', { name: 'History' }).getByRole('button', { name: /a red fox/ })).toHaveCount(3)
  } finally {
    await again.close()
  }
  const found = await recipes(home)
  expect(found).toHaveLength(3)
  const stopped = found.find((one) => one.kind === 'whole' && one.recipe.version === 2)
  expect(stopped).toMatchObject({ recipe: { steps: 1, from: { legs: [{ steps: 1000 }, {}] } } })
})

test('the engine killed twice in a row: plain words, the job goes on once, the queue goes on', async () => {
  const { page, app } = studio
  const enginePid = (): Promise<number> =>
    app.evaluate(({ app: electron }) => electron.getAppMetrics().find(({ name }) => name === 'TiM Studio engine')?.pid ?? 0)
  await startLong(page)
  await setSteps(page, 1)
  await generate(page)
  const first = await enginePid()
  process.kill(first, 'SIGKILL')
  await expect(page.getByText(/stopped unexpectedly.*goes on with the picture/).first()).toBeVisible()
  await page.screenshot({ path: 'test-results/queue-crash.png' })
  await queueButton(page).click()
  const running = page.getByRole('list', { name: 'Jobs' }).getByRole('listitem').first()
  await expect(running).toContainText(GOES_ON)
  const second = await enginePid()
  expect(second).not.toBe(first)
  process.kill(second, 'SIGKILL')
  // Given up; the one that waited is drawn.
  await expect(canvas(page).getByRole('option', { name: 'a red fox' })).toHaveCount(2)
  await expect(page.getByText('Nothing waits.')).toBeVisible()
})

test('paused and gone on with; a reload of the page loses nothing', async () => {
  const { page, app } = studio
  await startLong(page)
  await expect
    .poll(() => app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.getTitle()))
    .toMatch(/^\d+ % · TiM Studio$/)
  const seen = await frames(page).count()
  await page.getByRole('textbox', { name: 'Prompt', exact: true }).fill('half a thought')
  await app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.webContents.reload())
  await expect(page.getByRole('textbox', { name: 'Prompt', exact: true })).toHaveValue('half a thought')
  await expect(canvas(page).getByRole('option')).toHaveCount(2)
  await canvas(page).getByRole('option', { name: 'A picture that is forming' }).click()
  await expect.poll(() => frames(page).count()).toBeGreaterThanOrEqual(seen)
  await queueButton(page).click()
  await page.getByRole('button', { name: 'Pause' }).click()
  await expect(queueButton(page)).toContainText('Paused · 1 in queue')
  await page.screenshot({ path: 'test-results/queue-paused.png' })
  await page.getByRole('button', { name: 'Go on' }).click()
  await expect(page.getByRole('list', { name: 'Jobs' }).getByRole('listitem').first()).toContainText(GOES_ON)
})

test('a second studio on the same folder brings the first to the front and ends', async () => {
  const { app, home } = studio
  await app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.minimize())
  const sandbox = process.getuid?.() === 0 ? ['--no-sandbox'] : []
  const second = spawn(electronExecutable() ?? '', [resolve('.'), ...sandbox], {
    env: { ...process.env, DBUS_SESSION_BUS_ADDRESS: '/dev/null', TIM_HOME: home },
    stdio: 'ignore',
  })
  expect(await new Promise((done) => second.on('exit', done))).toBe(0)
  await expect.poll(() => app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.isMinimized())).toBe(false)
})
