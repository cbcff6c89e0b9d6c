import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { expect as plainExpect, test, type Page } from '@playwright/test'
import sharp from 'sharp'
import { findRecipeInFile } from '../../src-main/engine/images/recipe-in-png'
import { smallModel } from '../support/e2e-model'
import { launch, type Studio } from '../support/launch'

const expect = plainExpect.configure({ timeout: 60_000 })
test.setTimeout(300_000)

let model: Awaited<ReturnType<typeof smallModel>>

test.beforeAll(async () => {
  model = await smallModel()
})
test.afterAll(() => model.remove())

const canvas = (page: Page) => page.getByRole('listbox', { name: 'Pictures on the canvas' })
const frame = (page: Page) => page.getByRole('region', { name: 'The picture to start from' })
const paper = (page: Page) => page.getByRole('application', { name: 'Paint here what is drawn anew' })

async function pictures(home: string): Promise<string[]> {
  const names = await readdir(join(home, 'pictures'), { recursive: true })
  return names
    .filter((name) => name.endsWith('.png'))
    .sort()
    .map((name) => join(home, 'pictures', name))
}

async function drawFirst({ page }: Studio): Promise<void> {
  await page.getByRole('main', { name: 'Canvas' }).getByRole('textbox').fill('a red fox')
  await page.getByRole('button', { name: 'Draw it' }).click()
  await expect(canvas(page).getByRole('option', { name: 'a red fox' })).toBeVisible()
  await expect(page.getByRole('button', { name: 'Generate' })).toBeVisible()
}

const pixels = async (file: string): Promise<Buffer> => sharp(file).removeAlpha().raw().toBuffer()

test('a part of a picture is marked and drawn anew, the rest is the same to the bit; what was marked survives a crash', async () => {
  const studio = await launch({ env: model.env })
  const { page, home, app } = studio
  await drawFirst(studio)
  await page.getByRole('button', { name: 'Selected picture' }).click()
  await expect(frame(page).locator('img')).toBeVisible()
  await page.keyboard.press('Escape')
  await page.getByRole('button', { name: 'Mark a part' }).click()
  const box = await paper(page).boundingBox()
  if (box === null) throw new Error('nothing to paint on')
  const at = (x: number, y: number): [number, number] => [box.x + (x / 128) * box.width, box.y + (y / 128) * box.height]
  await page.mouse.move(...at(40, 40))
  await page.mouse.down()
  await page.mouse.move(...at(60, 44), { steps: 5 })
  await page.mouse.up()
  await page.mouse.move(...at(100, 100))
  await page.mouse.down()
  await page.mouse.up()
  // The second dab was a mistake.
  await page.keyboard.press('Control+z')
  await page.screenshot({ path: 'test-results/mask.png' })
  const mask = () =>
    page.evaluate(async () => {
      const settings = await window.studio.call('settings/get')
      return settings.ok ? settings.value.draft.start?.mask : undefined
    })
  await expect.poll(mask).toMatch(/^[0-9a-f]{64}$/)
  await page.getByRole('textbox', { name: 'Strength', exact: true }).fill('0.8')
  await page.getByRole('textbox', { name: 'Strength', exact: true }).press('Enter')
  await expect
    .poll(async () =>
      page.evaluate(async () => {
        const settings = await window.studio.call('settings/get')
        return settings.ok ? settings.value.draft.start?.strength : undefined
      }),
    )
    .toBe(0.8)
  const before = await mask()

  app.process().kill('SIGKILL')
  const again = await launch({ home, env: model.env })
  try {
    const { page: next } = again
    await expect(frame(next).locator('img')).toBeVisible()
    await expect(next.getByRole('textbox', { name: 'Strength', exact: true })).toHaveValue('0.8')
    await next.getByRole('button', { name: 'Generate' }).click()
    await expect(canvas(next).getByRole('option', { name: 'a red fox' })).toHaveCount(2)
    await next.screenshot({ path: 'test-results/inpainted.png' })
    const [first = '', second = ''] = await pictures(home)
    expect(findRecipeInFile(second)).toMatchObject({ recipe: { start: { strength: 0.8, feather: 8, mask: before } } })
    const [old, made] = [await pixels(first), await pixels(second)]
    let [inside, outside] = [0, 0]
    made.forEach((value, i) => {
      if (value === old[i]) return
      const [x, y] = [Math.floor(i / 3) % 128, Math.floor(i / 3 / 128)]
      // The stroke is 16 wide, its feather 8 more on either side.
      const away = Math.hypot(Math.max(40 - x, 0, x - 60), Math.max(40 - y, 0, y - 44))
      if (away > 8 + 9 + 1) outside++
      else inside++
    })
    expect(outside).toBe(0)
    expect(inside).toBeGreaterThan(500)
  } finally {
    await again.close()
  }
})

test('a dropped picture is extended by its frame, and what was there stays', async () => {
  const studio = await launch({ env: model.env })
  try {
    const { page, home } = studio
    await drawFirst(studio)
    const [first = ''] = await pictures(home)
    const session = await page.context().newCDPSession(page)
    const target = await page.getByRole('region', { name: 'Start from' }).boundingBox()
    if (target === null) throw new Error('nowhere to drop')
    const data = { items: [], files: [first], dragOperationsMask: 1 }
    for (const type of ['dragEnter', 'dragOver', 'drop'] as const) {
      await session.send('Input.dispatchDragEvent', { type, x: target.x + 20, y: target.y + 40, data })
    }
    await expect(frame(page).locator('img')).toBeVisible()
    await page.getByRole('slider', { name: 'Extend the picture: right' }).press('ArrowRight')
    await expect(page.getByRole('textbox', { name: 'Width', exact: true })).toHaveValue('160')
    await page.screenshot({ path: 'test-results/extended.png' })
    await page.getByRole('button', { name: 'Generate' }).click()
    await expect(canvas(page).getByRole('option', { name: 'a red fox' })).toHaveCount(2)
    const second = (await pictures(home)).at(-1) ?? ''
    expect(findRecipeInFile(second)).toMatchObject({
      recipe: { width: 160, height: 128, start: { strength: 1, place: { x: 0, y: 0, width: 128, height: 128 } } },
    })
    const [old, made] = [await pixels(first), await pixels(second)]
    const same = Array.from({ length: 128 }, (_, y) =>
      old.subarray(y * 384, y * 384 + 119 * 3).equals(made.subarray(y * 480, y * 480 + 119 * 3)),
    )
    expect(same).toEqual(Array.from({ length: 128 }, () => true))
    await page.getByRole('button', { name: 'Start from nothing' }).click()
    await expect(frame(page)).toHaveCount(0)
  } finally {
    await studio.close()
  }
})
