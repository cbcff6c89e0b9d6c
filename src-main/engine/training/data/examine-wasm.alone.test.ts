import { expect, it } from 'vitest'
import { temporaryFolder } from '../../../../test/support/temporary-folder'
import { writeOddPictures } from '../../../../test/support/odd-pictures'

// Decided when the codec is first asked for, so in a file of its own.
process.env['TIM_IMAGE_CODEC'] = 'wasm'
const { codec } = await import('../../images/codec')
const { examine } = await import('./examine')
const folder = temporaryFolder()

it('the WebAssembly codec reads pictures of every kind alike', async () => {
  const sharp = await codec()
  expect(sharp.versions).toHaveProperty('emscripten')
  for (const [name, pages] of await writeOddPictures(sharp, folder)) {
    const facts = await examine(`${folder}/${name}`, '#ffffff')
    expect([name, facts.width, facts.height, facts.pages]).toEqual([name, 80, 48, pages])
  }
})
