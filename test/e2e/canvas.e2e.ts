import { readdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { expect as plainExpect, test, type Locator, type Page } from '@playwright/test'
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

const shot = (page: Page, name: string): Promise<Buffer> => page.screenshot({ path: `test-results/${name}.png` })
const canvas = (page: Page): Locator => page.getByRole('listbox', { name: 'Pictures on the canvas' })
const pictures = (page: Page): Locator => canvas(page).getByRole('option')
const selected = (page: Page): Locator => canvas(page).getByRole('option', { selected: true })
const frames = (page: Page): Locator => page.getByRole('region', { name: 'Steps of the selected picture' }).getByRole('radio')

/** Draws from the empty canvas and waits until the picture and all of its steps are there. */
async function drawFirst(page: Page, prompt: string): Promise<void> {
  await page.getByRole('main', { name: 'Canvas' }).getByRole('textbox').fill(prompt)
  await page.getByRole('button', { name: 'Draw it' }).click()
  await expect(canvas(page).getByRole('option', { name: prompt })).toBeVisible()
  await expect(frames(page)).toHaveCount(8)
}

const middleOf = async (locator: Locator): Promise<{ x: number; y: number }> => {
  const box = await locator.boundingBox()
  if (box === null) throw new Error('it is not on the page')
  return { x: box.x + box.width / 2, y: box.y + box.height / 2 }
}

/** The recipes of all picture files, oldest first. */
async function recipes(home: string): Promise<object[]> {
  const files = (await readdir(join(home, 'pictures'), { recursive: true })).filter((file) => file.endsWith('.png')).sort()
  return Promise.all(files.map(async (file) => findRecipe(await readFile(join(home, 'pictures', file)), file).recipe))
}

test('the trajectory is scrubbed, and a picture goes on from one of its states, kept or not', async () => {
  const { page, home } = studio
  await drawFirst(page, 'a red fox')
  const shown = pictures(page).first().locator('img').last()
  const [from, to] = [await middleOf(frames(page).nth(1)), await middleOf(frames(page).nth(3))]
  await page.mouse.move(from.x, from.y)
  await page.mouse.down()
  await page.mouse.move(to.x, to.y, { steps: 4 })
  await expect(shown).toHaveAttribute('src', /\.3$/)
  await page.mouse.up()
  await expect(frames(page).nth(3)).toHaveAttribute('aria-checked', 'true')
  await frames(page).nth(3).focus()
  await page.keyboard.press('ArrowLeft')
  await expect(shown).toHaveAttribute('src', /\.2$/)
  await page.getByRole('button', { name: 'Continue here' }).click()
  const popover = page.getByRole('dialog', { name: 'Continue here' })
  await expect(popover.getByRole('textbox', { name: 'Steps from here' })).toHaveValue('5')
  await popover.getByRole('textbox', { name: 'Prompt' }).fill('a blue teapot')
  await popover.getByRole('textbox', { name: 'Steps from here' }).fill('3')
  await shot(page, 'continue-here')
  await popover.getByRole('button', { name: 'Draw from here' }).click()
  await expect(canvas(page).getByRole('option', { name: 'a blue teapot' })).toBeVisible()
  await expect(frames(page)).toHaveCount(3)
  await expect(frames(page).first()).toHaveAccessibleName(/Step 1: t 0\.62\d* to 0\.4/)
  const [, continued] = await recipes(home)
  expect(continued).toMatchObject({ prompt: 'a blue teapot', steps: 3, from: { legs: [{ prompt: 'a red fox', taken: 3 }] } })
  // A state that is gone is computed again.
  await rm(join(home, 'states'), { recursive: true })
  await frames(page).first().click()
  await page.getByRole('button', { name: 'Continue here' }).click()
  await page.keyboard.press('Control+Enter')
  await expect(pictures(page)).toHaveCount(3)
  await expect(frames(page)).toHaveCount(2)
  expect((await recipes(home)).at(-1)).toMatchObject({ from: { legs: [{ taken: 3 }, { taken: 1 }] } })
})

test('refining places the finer picture beside and compares the two', async () => {
  const { page } = studio
  await drawFirst(page, 'a red fox')
  await canvas(page).focus()
  await page.keyboard.press('f')
  const comparison = page.getByRole('group', { name: 'Comparison' })
  await expect(comparison).toBeVisible()
  await expect(comparison).toContainText('8 steps')
  await expect(comparison).toContainText('16 steps')
  const divider = comparison.getByRole('slider', { name: 'Divider' })
  await expect(divider).toHaveAttribute('aria-valuenow', '50')
  await page.keyboard.press('ArrowRight')
  await expect(divider).toHaveAttribute('aria-valuenow', '55')
  const { x, y } = await middleOf(comparison)
  await page.mouse.move(x, y)
  await page.mouse.down()
  await page.mouse.move(x - 60, y)
  await page.mouse.up()
  await expect.poll(async () => Number(await divider.getAttribute('aria-valuenow'))).toBeLessThan(45)
  await shot(page, 'compare')
  const left = comparison.locator('p').first()
  await page.keyboard.down('x')
  await expect(left).toHaveText('16 steps')
  await page.keyboard.up('x')
  await expect(left).toHaveText('8 steps')
  await page.keyboard.press('Escape')
  await expect(comparison).toBeHidden()
  await expect(selected(page)).toHaveCount(2)
  await page.keyboard.press('c')
  await expect(comparison).toBeVisible()
})

test('pictures are selected with a rubber band, moved, taken off and deleted, and all of it is undone and done again', async () => {
  const { page } = studio
  await drawFirst(page, 'a red fox')
  await page.getByRole('textbox', { name: 'Number of pictures' }).fill('3')
  await page.getByRole('textbox', { name: 'Number of pictures' }).press('Enter')
  await page.getByRole('button', { name: 'Generate' }).click()
  await expect(canvas(page).getByRole('option', { name: 'a red fox' })).toHaveCount(4)
  await canvas(page).focus()
  await page.keyboard.press('Control+0')
  const area = await canvas(page).boundingBox()
  if (area === null) throw new Error('no canvas')
  await page.mouse.move(area.x + 3, area.y + 3)
  await page.mouse.down()
  await page.mouse.move(area.x + area.width - 3, area.y + area.height - 3, { steps: 5 })
  await expect(selected(page)).toHaveCount(4)
  await shot(page, 'rubber-band')
  await page.mouse.up()
  const first = await middleOf(pictures(page).first())
  await page.mouse.move(first.x, first.y)
  await page.mouse.down()
  await page.mouse.move(first.x + 40, first.y + 30, { steps: 4 })
  await page.mouse.up()
  const place = (): Promise<string | null> => pictures(page).first().getAttribute('style')
  const moved = await place()
  await page.keyboard.press('Control+z')
  await expect.poll(place).not.toBe(moved)
  await page.keyboard.press('Control+Shift+z')
  await expect.poll(place).toBe(moved)
  await page.keyboard.press('Backspace')
  await expect(pictures(page)).toHaveCount(0)
  await page.keyboard.press('Control+z')
  await expect(pictures(page)).toHaveCount(4)
  await page.keyboard.press('Delete')
  await expect(page.getByText('4 pictures deleted.').first()).toBeVisible()
  await expect(pictures(page)).toHaveCount(0)
  await page.keyboard.press('Control+z')
  await expect(pictures(page)).toHaveCount(4)
  await expect(page.getByRole('list', { name: 'History' }).getByRole('listitem')).toContainText('a red fox')
  await page.keyboard.press('l')
  await shot(page, 'side-by-side')
})

test('live: a picture is drawn while typing, outside the history until it is kept or refined', async () => {
  const { page, home } = studio
  await page.getByRole('button', { name: 'Draw while typing, in one step' }).click()
  await page.getByRole('main', { name: 'Canvas' }).getByRole('textbox').pressSequentially('a red')
  const live = canvas(page).getByRole('option', { name: 'The live picture' })
  await expect(live.locator('img')).toBeVisible()
  // Typing goes on in the panel.
  const prompt = page.getByRole('textbox', { name: 'Prompt', exact: true })
  await expect(prompt).toBeFocused()
  const before = await live.locator('img').getAttribute('src')
  await page.keyboard.type(' fox')
  await expect(prompt).toHaveValue('a red fox')
  await expect(live.locator('img')).not.toHaveAttribute('src', before ?? '')
  await expect(page.getByRole('group', { name: 'Live picture' })).toContainText('Refine in 8 steps')
  await shot(page, 'live')
  expect(await recipes(home)).toEqual([])
  await page.keyboard.press('Enter')
  await expect(canvas(page).getByRole('option', { name: 'a red fox' })).toBeVisible()
  await expect(frames(page)).toHaveCount(8)
  await expect(prompt).toHaveValue('a red fox')
  expect(await recipes(home)).toMatchObject([{ prompt: 'a red fox', steps: 8 }])
  await page.getByRole('button', { name: 'Keep', exact: true }).click()
  await expect(canvas(page).getByRole('option', { name: 'a red fox' })).toHaveCount(2)
  expect(await recipes(home)).toMatchObject([{ steps: 8 }, { steps: 1 }])
  await page.getByRole('button', { name: /^Live: / }).click()
  await expect(live).toBeHidden()
})
