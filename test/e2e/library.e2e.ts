import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect as plainExpect, test, type Page } from '@playwright/test'
import { findRecipeInPicture } from '../../src-main/engine/images/recipe-in-picture'
import { picture } from '../../src-main/engine/images/picture'
import { encodePng } from '../../src-main/engine/images/png-write'
import { Library } from '../../src-main/library/library'
import { smallModel } from '../support/e2e-model'
import { fillLibrary } from '../support/big-library'
import { launch, type Studio } from '../support/launch'

const expect = plainExpect.configure({ timeout: 60_000 })
test.setTimeout(240_000)

let model: Awaited<ReturnType<typeof smallModel>>
let folder: string

test.beforeAll(async () => {
  model = await smallModel()
  folder = await mkdtemp(join(tmpdir(), 'tim-e2e-'))
})
test.afterAll(async () => {
  await model.remove()
  await rm(folder, { recursive: true, force: true })
})

const history = (page: Page) => page.getByRole('list', { name: 'History' })
const tiles = (page: Page) => history(page).getByRole('listitem').getByRole('button')
const search = (page: Page) => page.getByRole('searchbox', { name: 'Search the history' })
const prompt = (page: Page) => page.getByRole('textbox', { name: 'Prompt', exact: true })

async function drawFirst(page: Page, words: string): Promise<void> {
  await page.getByRole('main', { name: 'Canvas' }).getByRole('textbox').fill(words)
  await page.getByRole('button', { name: 'Draw it' }).click()
  await expect(tiles(page)).toHaveCount(1)
}

/** Drops a file on the window as a file manager does. */
async function drop({ page }: Studio, file: string): Promise<void> {
  const session = await page.context().newCDPSession(page)
  const data = { items: [], files: [file], dragOperationsMask: 1 }
  for (const type of ['dragEnter', 'dragOver', 'drop'] as const)
    await session.send('Input.dispatchDragEvent', { type, x: 700, y: 300, data })
}

test('a picture is exported, copied, pasted as a recipe, deleted and brought back', async () => {
  const studio = await launch({ env: model.env })
  try {
    const { page, app, home } = studio
    await drawFirst(page, 'a red fox')
    const out = join(folder, 'fox.jpg')
    await app.evaluate(({ dialog }, filePath) => {
      dialog.showSaveDialog = async () => Promise.resolve({ canceled: false, filePath })
    }, out)
    await tiles(page).first().click()
    await page.getByRole('main', { name: 'Canvas' }).press('Control+e')
    await page.getByRole('radio', { name: 'JPEG' }).click()
    await page.screenshot({ path: 'test-results/export.png' })
    await page.getByRole('button', { name: 'Save as…' }).click()
    await expect(page.getByText('Picture saved.').first()).toBeVisible()
    expect(findRecipeInPicture(out)).toMatchObject({ kind: 'whole', recipe: { prompt: 'a red fox' } })

    await prompt(page).fill('something else')
    await tiles(page).first().click()
    await page.keyboard.press('Control+c')
    await expect(page.getByText('Picture copied.').first()).toBeVisible()
    await page.keyboard.press('Control+v')
    await expect(prompt(page)).toHaveValue('a red fox')

    const file = join(home, 'pictures', (await readdir(join(home, 'pictures')))[0] ?? '')
    await page.keyboard.press('Delete')
    await expect(tiles(page)).toHaveCount(0)
    await page.getByRole('button', { name: 'Undo' }).click()
    await expect(tiles(page)).toHaveCount(1)
    await tiles(page).first().click()
    await page.keyboard.press('Delete')
    await expect(tiles(page)).toHaveCount(0)
    // Once it cannot be undone any more the file leaves the library.
    await expect.poll(() => readdir(file)).toEqual([])
  } finally {
    await studio.close()
  }
})

test('a dropped picture of another program fills the panel in', async () => {
  const theirs = join(folder, 'theirs.png')
  const text =
    'a cat on a mat\nNegative prompt: blur\nSteps: 20, Sampler: Euler a, CFG scale: 7, Seed: 42, Size: 512x768, Model: v1-5'
  await writeFile(theirs, encodePng(picture(8, 8, new Uint8Array(192)), [{ keyword: 'parameters', text }]))
  const studio = await launch({ env: model.env })
  try {
    const { page } = studio
    await drawFirst(page, 'a red fox')
    await drop(studio, theirs)
    await expect(prompt(page)).toHaveValue('a cat on a mat')
    await expect(page.getByRole('textbox', { name: 'Steps', exact: true })).toHaveValue('20')
    await expect(page.getByRole('textbox', { name: 'Seed', exact: true })).toHaveValue('42')
    await page.screenshot({ path: 'test-results/dropped-recipe.png' })
  } finally {
    await studio.close()
  }
})

test('files and entries are brought together at the start', async () => {
  const studio = await launch({ env: model.env })
  const { home } = studio
  await drawFirst(studio.page, 'a blue teapot')
  await studio.app.close()
  const [month = ''] = await readdir(join(home, 'pictures'))
  const [name = ''] = await readdir(join(home, 'pictures', month))
  const file = join(home, 'pictures', month, name)
  const bytes = await readFile(file)
  await rm(file)
  const second = await launch({ home, env: model.env })
  await expect(second.page.getByText('One picture has lost its file.')).toBeVisible()
  await expect(second.page.getByRole('option', { name: 'a blue teapot' })).toHaveCount(0)
  await second.page.screenshot({ path: 'test-results/lost.png' })
  await second.page.getByRole('button', { name: 'Draw it again' }).click()
  await expect(tiles(second.page)).toHaveCount(1)
  await second.app.close()
  // The same picture, byte for byte.
  const [again = ''] = await readdir(join(home, 'pictures', month))
  expect((await readFile(join(home, 'pictures', month, again))).equals(bytes)).toBe(true)
  await rm(home, { recursive: true, force: true })
})

test('among 100,000 pictures one is found at once, and the list scrolls through all of them', async () => {
  const home = await mkdtemp(join(tmpdir(), 'tim-big-'))
  fillLibrary(home, 100_000)
  // Who owns the queue looks after the files, of which there are none here.
  const owner = Library.open(home, 'the test')
  owner.locks.need('queue')
  const studio = await launch({ home, env: model.env })
  try {
    const { page } = studio
    await expect(tiles(page).first()).toBeVisible()
    await search(page).fill('number777')
    await expect(page.getByText(/^1[67] pictures$/)).toBeVisible()
    await search(page).fill('fox star: nfe:1')
    await expect(page.getByText(/^\d{3} pictures$/)).toBeVisible()
    await page.screenshot({ path: 'test-results/big-history.png' })
    await search(page).fill('')
    await expect(tiles(page).first()).toBeVisible()
    // Only what is in sight is built.
    expect(await tiles(page).count()).toBeLessThan(400)
    await history(page).hover()
    const top = await tiles(page).first().getAttribute('aria-label')
    for (let i = 0; i < 10; i++) await page.mouse.wheel(0, 3000)
    await expect(tiles(page).first()).not.toHaveAttribute('aria-label', top ?? '')
  } finally {
    await studio.app.close()
    owner.close()
    await rm(home, { recursive: true, force: true })
  }
})
