import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import sharp from 'sharp'
import { expect as plainExpect, test } from '@playwright/test'
import { launch } from '../support/launch'

const expect = plainExpect.configure({ timeout: 60_000 })
test.setTimeout(180_000)

test('first run with the embedded model: an example prompt becomes a picture, nothing to answer first', async () => {
  const studio = await launch()
  try {
    const { page, home } = studio
    await page.emulateMedia({ colorScheme: 'dark' })
    const canvas = page.getByRole('listbox', { name: 'Pictures on the canvas' })
    await page.getByRole('main', { name: 'Canvas' }).getByRole('textbox').fill('a shiny 3d icon of a red apple')
    await page.getByRole('button', { name: 'Draw it' }).click()
    await expect(canvas.getByRole('option')).toHaveCount(1)
    const frames = page.getByRole('region', { name: 'Steps of the selected picture' }).getByRole('radio')
    await expect(frames).toHaveCount(8)
    await page.screenshot({ path: 'test-results/embedded-model.png' })
    const files = (await readdir(join(home, 'pictures'), { recursive: true })).filter((file) => file.endsWith('.png'))
    expect(files).toHaveLength(1)
    const { data, info } = await sharp(join(home, 'pictures', files[0] ?? ''))
      .raw()
      .toBuffer({ resolveWithObject: true })
    const at = (x: number, y: number): number[] => [...data.subarray((y * info.width + x) * info.channels).subarray(0, 3)]
    // An apple on white: red in the middle, light in the corner.
    const [red = 0, green = 255] = at(64, 72)
    expect(red).toBeGreaterThan(2 * green)
    expect(Math.min(...at(4, 4))).toBeGreaterThan(200)
  } finally {
    await studio.close()
  }
})
