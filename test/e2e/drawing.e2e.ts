import { readdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { expect as plainExpect, test, type Page } from '@playwright/test'
import { findRecipe } from '../../src-main/engine/images/recipe-in-png'
import { smallModel } from '../support/e2e-model'
import { launch, type Studio } from '../support/launch'

// Drawing shares the machine with whatever else runs there.
const expect = plainExpect.configure({ timeout: 60_000 })
test.setTimeout(300_000)

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

/** The picture files of a data folder, oldest first. */
async function pictureFiles(home: string): Promise<string[]> {
  const folder = join(home, 'pictures')
  const months = await readdir(folder)
  const files = await Promise.all(
    months.map(async (month) => (await readdir(join(folder, month))).map((file) => join(folder, month, file))),
  )
  return files
    .flat()
    .filter((file) => file.endsWith('.png'))
    .sort()
}

const shot = (page: Page, name: string): Promise<Buffer> => page.screenshot({ path: `test-results/${name}.png` })
const canvas = (page: Page) => page.getByRole('listbox', { name: 'Pictures on the canvas' })
const strip = (page: Page) => page.getByRole('region', { name: 'Steps of the selected picture' })
const frames = (page: Page) => strip(page).getByRole('radio')
const generate = (page: Page) => page.getByRole('button', { name: 'Generate' })
const setNumber = async (page: Page, name: string, value: number): Promise<void> => {
  const field = page.getByRole('textbox', { name, exact: true })
  await field.fill(String(value))
  await field.press('Enter')
}

/** Draws from the empty canvas. */
async function drawFirst(page: Page, prompt: string): Promise<void> {
  await page.getByRole('main', { name: 'Canvas' }).getByRole('textbox').fill(prompt)
  await page.getByRole('button', { name: 'Draw it' }).click()
  await expect(canvas(page).getByRole('option', { name: prompt })).toBeVisible()
}

test('first run: a prompt becomes a picture with its trajectory, and the file carries the recipe', async () => {
  const { page, home } = studio
  await drawFirst(page, 'a red fox')
  await expect(frames(page)).toHaveCount(8)
  await expect(page.getByRole('list', { name: 'History' }).getByRole('listitem')).toContainText('a red fox')
  await shot(page, 'first-picture')
  const [file = ''] = await pictureFiles(home)
  const found = findRecipe(await readFile(file), file)
  expect(found).toMatchObject({ kind: 'whole', recipe: { prompt: 'a red fox', steps: 8, width: 128, height: 128 } })
})

test('other steps and another size make another picture, beside the first', async () => {
  const { page, home } = studio
  await drawFirst(page, 'a red fox')
  await setNumber(page, 'Steps', 2)
  await setNumber(page, 'Width', 64)
  await setNumber(page, 'Height', 96)
  await generate(page).click()
  await expect(canvas(page).getByRole('option', { name: 'a red fox' })).toHaveCount(2)
  await expect(frames(page)).toHaveCount(2)
  await shot(page, 'other-size')
  const file = (await pictureFiles(home)).at(-1) ?? ''
  expect(findRecipe(await readFile(file), file)).toMatchObject({ recipe: { steps: 2, width: 64, height: 96 } })
  const natural = await canvas(page)
    .getByRole('option')
    .last()
    .locator('img')
    .evaluate(async (image: HTMLImageElement) => image.decode().then(() => [image.naturalWidth, image.naturalHeight]))
  expect(natural).toEqual([64, 96])
})

test('a picture forms in sight and can be cancelled; the next one is drawn', async () => {
  const { page, home } = studio
  await drawFirst(page, 'a red fox')
  await setNumber(page, 'Steps', 1000)
  await generate(page).click()
  const cancel = page.getByRole('button', { name: /^Cancel/ })
  await expect(cancel).toBeVisible()
  await expect(canvas(page).getByRole('option', { name: 'A picture that is forming' })).toBeVisible()
  await expect.poll(() => frames(page).count()).toBeGreaterThan(1)
  await shot(page, 'forming')
  await cancel.click()
  await expect(generate(page)).toBeVisible()
  await expect(page.getByRole('alert')).toHaveCount(0)
  // What it had come to is kept.
  const tiles = page.getByRole('list', { name: 'History' }).getByRole('button', { name: /a red fox/ })
  await expect(tiles).toHaveCount(2)
  await setNumber(page, 'Steps', 1)
  await generate(page).click()
  await expect(tiles).toHaveCount(3)
  expect(await pictureFiles(home)).toHaveLength(3)
})

test('a frame of the filmstrip shows that state on the canvas', async () => {
  const { page } = studio
  await drawFirst(page, 'a red fox')
  const picture = canvas(page).getByRole('option', { name: 'a red fox' }).locator('img')
  await expect(picture).toHaveAttribute('src', /^tim:\/\/image\/[0-9a-z]{26}$/)
  await expect(frames(page).first()).toHaveAccessibleName(/Step 1: t 1\S* to 0\.8/)
  await frames(page).nth(2).click()
  await expect(picture).toHaveAttribute('src', /^tim:\/\/image\/[0-9a-z]{26}\.2$/)
  // A state may be shown smaller than its picture.
  const width = await picture.evaluate(async (image: HTMLImageElement) => image.decode().then(() => image.naturalWidth))
  expect(width).toBeGreaterThanOrEqual(32)
  await shot(page, 'filmstrip')
})

test('after a restart the history is there, shows its pictures, and a double click recalls the recipe', async () => {
  const { home } = studio
  await drawFirst(studio.page, 'a blue teapot')
  await setNumber(studio.page, 'Steps', 3)
  await generate(studio.page).click()
  await expect(frames(studio.page)).toHaveCount(3)
  await studio.app.close()
  const again = await launch({ home, env: model.env })
  try {
    const { page } = again
    const row = page.getByRole('list', { name: 'History' }).getByRole('listitem').filter({ hasText: 'a blue teapot' })
    await expect(row.getByRole('button')).toHaveCount(2)
    await row.getByRole('button').last().dblclick()
    await expect(frames(page)).toHaveCount(8)
    await expect(page.getByRole('textbox', { name: 'Steps', exact: true })).toHaveValue('8')
    await expect(page.getByRole('textbox', { name: 'Prompt', exact: true })).toHaveValue('a blue teapot')
    await shot(page, 'after-restart')
    for (const file of await pictureFiles(home)) expect((await stat(file)).size).toBeGreaterThan(500)
  } finally {
    await again.close()
  }
})
