import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect as plainExpect, test, type ElectronApplication, type Page } from '@playwright/test'
import { smallModel } from '../support/e2e-model'
import { HubServer } from '../support/hub-server'
import { launch, type Studio } from '../support/launch'
import { publishedRepositories } from '../support/published'
import { writeDiffusersFolder, writeShardedGemma, writeTorchCheckpoint } from '../support/published-files'

// Imports share the machine with whatever else runs there.
const expect = plainExpect.configure({ timeout: 60_000 })
test.setTimeout(300_000)

let model: Awaited<ReturnType<typeof smallModel>>
let hub: HubServer
let files: string
let studio: Studio

test.beforeAll(async () => {
  ;[model, hub, files] = await Promise.all([
    smallModel(),
    HubServer.start(publishedRepositories()),
    mkdtemp(join(tmpdir(), 'tim-published-')),
  ])
  writeTorchCheckpoint(join(files, 't2i_model.bin'), 'tim-t2i')
  writeDiffusersFolder(join(files, 'dc-ae'), 'dc-ae')
  await writeShardedGemma(join(files, 'gemma'))
  studio = await launch({ env: { ...model.env, HF_ENDPOINT: hub.url } })
  await studio.page.getByRole('tab', { name: 'Models' }).click()
})
test.afterAll(async () => {
  await studio.close()
  await hub.close()
  await model.remove()
  await rm(files, { recursive: true, force: true })
})

const installed = (page: Page) => page.getByRole('list', { name: 'Installed models' }).getByRole('listitem')
const card = (page: Page, name: string) => installed(page).filter({ hasText: name })
const choose = async (page: Page, menuOf: string, item: string): Promise<void> => {
  await page.getByRole('button', { name: `More about ${menuOf}` }).click()
  await page.getByRole('menuitem', { name: item }).click()
}

/** Lets go of files over the middle of the window, as a file manager does. */
async function drop(page: Page, paths: string[]): Promise<void> {
  const session = await page.context().newCDPSession(page)
  const data = { items: [], files: paths, dragOperationsMask: 1 }
  for (const type of ['dragEnter', 'dragOver', 'drop'] as const) {
    await session.send('Input.dispatchDragEvent', { type, x: 500, y: 400, data })
  }
}

/** The system's dialog cannot be driven: it is answered. */
const answerDialog = (app: ElectronApplication, paths: string[]): Promise<void> =>
  app.evaluate(({ dialog }, filePaths) => {
    dialog.showOpenDialog = async () => Promise.resolve({ canceled: false, filePaths })
  }, paths)

test('the card of a model says what it is; this machine says what draws', async () => {
  const { page } = studio
  await expect(installed(page)).toHaveCount(1)
  const only = installed(page).first()
  for (const words of ['comes with the studio', 'Ready', 'Size on disk', 'Precision', 'Speed here', 'Licence'])
    await expect(only).toContainText(words)
  const machine = page.getByRole('region', { name: 'This machine' })
  await expect(machine).toContainText(/\d+ cores?, .* of memory/)
  await machine.getByRole('button', { name: 'Test now' }).click()
  await expect(machine.getByRole('button', { name: 'Testing…' })).toBeDisabled()
  await expect(machine.getByRole('listitem').filter({ hasText: 'Processor' })).toContainText('GFLOP/s', { timeout: 120_000 })
  const cuda = machine.getByRole('listitem').filter({ hasText: 'CUDA' })
  await expect(cuda).toContainText(/unavailable|GFLOP/)
  await page.screenshot({ path: 'test-results/models.png' })
})

test('dropped files become a model, which is checked, drawn with and removed', async () => {
  const { page, home } = studio
  await drop(page, [join(files, 't2i_model.bin'), join(files, 'dc-ae'), join(files, 'gemma')])
  const dialog = page.getByRole('dialog', { name: 'Import a model' })
  await expect(dialog.getByRole('listitem')).toHaveText(['t2i_model.bin', 'dc-ae', 'gemma'])
  await dialog.getByRole('textbox', { name: 'Name' }).fill('my tim')
  await expect(dialog).toContainText('It will be called my-tim.')
  await page.screenshot({ path: 'test-results/import.png' })
  await dialog.getByRole('button', { name: 'Import', exact: true }).click()
  await expect(page.getByRole('status').filter({ hasText: '“my-tim” is ready to draw' })).toBeVisible()
  await expect(installed(page)).toHaveCount(2)
  const imported = card(page, 'my-tim')
  const title = (await imported.getByRole('heading').textContent()) ?? ''

  await choose(page, title, 'Check its files')
  await expect(page.getByRole('status').filter({ hasText: 'every checksum as it should be' })).toBeVisible()
  await imported.getByRole('button', { name: 'Draw with it' }).click()
  await expect(page.getByRole('combobox', { name: 'Model' })).toContainText(title)

  await page.getByRole('tab', { name: 'Models' }).click()
  await choose(page, title, 'Remove…')
  await page
    .getByRole('dialog', { name: `Remove “${title}”?` })
    .getByRole('button', { name: 'Remove' })
    .click()
  await expect(page.getByRole('status').filter({ hasText: 'is removed' })).toBeVisible()
  await expect(installed(page)).toHaveCount(1)
  expect((await readdir(join(home, 'models'))).filter((name) => name === 'my-tim')).toEqual([])
})

test('what cannot be imported is told in words, with what to do', async () => {
  const { page, app } = studio
  await answerDialog(app, [join(files, 'dc-ae')])
  await page.getByRole('button', { name: 'Import a folder…' }).click()
  await page.getByRole('dialog', { name: 'Import a model' }).getByRole('button', { name: 'Import', exact: true }).click()
  const notice = page.getByRole('alert')
  await expect(notice).toContainText('is a DC-AE autoencoder, not a transformer')
  await expect(notice.getByRole('button', { name: 'Try again' })).toBeVisible()
  await page.screenshot({ path: 'test-results/import-refused.png' })
  await notice.getByRole('button', { name: 'Close' }).click()
  await expect(notice).toHaveCount(0)
})

test('a released model shows every file, size and licence before anything is fetched', async () => {
  const { page } = studio
  expect(hub.seen).toEqual([])
  await page.getByRole('button', { name: 'Get the full TiM (865 M)' }).click()
  const plan = page.getByRole('dialog', { name: /^Get TiM/ })
  for (const file of ['t2i_model.bin', 'diffusion_pytorch_model.safetensors', 'tokenizer.json'])
    await expect(plan.getByText(file, { exact: true })).toBeVisible()
  await expect(plan).toContainText('licence: Apache-2.0')
  await expect(plan).toContainText(/\d+ [kM]B to download/)
  await page.screenshot({ path: 'test-results/download-plan.png' })
  expect(hub.fetches('t2i_model.bin')).toEqual([])
  await plan.getByRole('button', { name: 'Download' }).click()
  await expect(page.getByRole('status').filter({ hasText: 'is ready to draw' })).toBeVisible()
  await expect(installed(page)).toHaveCount(2)
  expect(hub.fetches('t2i_model.bin').length).toBeGreaterThan(0)
})
