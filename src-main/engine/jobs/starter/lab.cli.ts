import { join } from 'node:path'
import { f32 } from '../../ir/tensor'
import { openModelFolder } from '../../weights/manifest'
import { writeLatentSet, type SetIndex } from '../lab/latent-set'
import { caption } from './captions'
import { concepts } from './concepts'
import { starterFolders } from './folders'
import { latentsOf, openLayers } from './layers'
import { backgrounds, styles } from './palette'
import { SmallRandom } from './random'
import type { Scene } from './scenes'

/**
 * `npm run starter:lab`: writes assets/lab, the latents that experiments work with where they are given no pictures. It holds every fourth
 * of the first 256 things, alone, in each style on each background, put together from the layers that `npm run starter:data` made; and one
 * caption for each thing in each style, on backgrounds in turn.
 */
const THINGS = { first: 256, each: 4 }
const chosen = concepts.flatMap((_, concept) => (concept < THINGS.first && concept % THINGS.each === 0 ? [concept] : []))
const folders = starterFolders()
const { components } = openModelFolder(folders.base).manifest

const sceneOf = (concept: number, style: number, background: number): Scene => ({
  arrangement: 'whole',
  things: [{ concept }],
  style,
  background,
})
const random = new SmallRandom(7)
const prompts = chosen.flatMap((concept, thing) =>
  styles.map((_, style) => {
    const background = (3 * thing + 5 * style) % backgrounds.length
    const text = caption(sceneOf(concept, style, background), random, { style: true, background: true })
    return { text, thing, style, background }
  }),
)
const index: SetIndex = {
  encoder: components.encoder?.sha256 ?? '',
  things: chosen.map((concept) => ({ concept, name: concepts[concept]?.names[0] ?? '' })),
  styles: styles.map(({ name }) => name),
  backgrounds: backgrounds.map(({ words, rgb }) => ({ name: words[0] ?? '', rgb: [...rgb] })),
  prompts,
}
const scenes = chosen.flatMap((concept) =>
  styles.flatMap((_, style) => backgrounds.map((__, ground) => sceneOf(concept, style, ground))),
)
const latents = latentsOf(openLayers(folders.data), scenes)
const error = await writeLatentSet(join('assets', 'lab'), index, f32(latents.shape, latents.data))
console.log(`${scenes.length} latents, error ${(100 * error).toFixed(2)} %`)
