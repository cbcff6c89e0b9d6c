import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { tensor, type Tensor } from '../../ir/tensor'
import { openSafetensors } from '../../weights/safetensors'
import { writeSafetensors } from '../../weights/write-safetensors'
import { concepts } from './concepts'
import { openIconSet } from './icons'
import { styles } from './palette'
import { placesFor, SIDE } from './places'
import { renderPlaces } from './render'

/** Places a drawing of the model's world is rendered at; the first is where the model draws it. */
export const PLACES = 6
/** Every SPARE_STEP-th other drawing of the icon sets serves the autoencoder, the last fifth of them as held-out art. */
const SPARE_STEP = 6

/** All renders: straight-alpha RGBA u8. */
export interface Pictures {
  /** (concepts, styles, PLACES, SIDE, SIDE, 4). */
  readonly art: Tensor<'u8'>
  /** Art outside the model's world, (drawings, SIDE, SIDE, 4); the last fifth is never trained on. */
  readonly spare: Tensor<'u8'>
}

/** One drawing of the world: RGBA (SIDE, SIDE, 4), a view. */
export function drawing(pictures: Pictures, concept: number, style: number, place: number): Uint8Array {
  const size = SIDE * SIDE * 4
  const at = ((concept * styles.length + style) * PLACES + place) * size
  return pictures.art.data.subarray(at, at + size)
}

/** Number of spare drawings that may be trained on. */
export function spareForTraining(pictures: Pictures): number {
  return Math.floor(((pictures.spare.shape[0] ?? 0) * 4) / 5)
}

/** Renders all drawings into `folder`/pictures.safetensors, unless it holds just these. Repeatable. */
export async function makePictures(folder: string, log: (line: string) => void): Promise<void> {
  const path = join(folder, 'pictures.safetensors')
  const recipe = recipeOfPictures()
  if (existsSync(path) && openSafetensors(path).metadata['recipe'] === recipe) return log('pictures: already there')
  const started = Date.now()
  const sets = styles.map(openIconSet)
  const size = SIDE * SIDE * 4
  const art = new Uint8Array(concepts.length * styles.length * PLACES * size)
  for (const [index, { slug }] of concepts.entries()) {
    for (const [style, set] of sets.entries()) {
      const at = index * styles.length + style
      art.set(await renderPlaces(set.svg(slug), placesFor(at, PLACES)), at * PLACES * size)
    }
  }
  const spare: Uint8Array[] = []
  for (const slug of spareSlugs(sets)) for (const set of sets) spare.push(await renderPlaces(set.svg(slug), placesFor(0, 1)))
  await writeSafetensors(
    path,
    {
      art: tensor('u8', [concepts.length, styles.length, PLACES, SIDE, SIDE, 4], art),
      spare: tensor('u8', [spare.length, SIDE, SIDE, 4], Uint8Array.from(Buffer.concat(spare))),
    },
    { metadata: { recipe } },
  )
  log(
    `pictures: ${concepts.length} concepts × ${styles.length} styles × ${PLACES} places in ${Math.round((Date.now() - started) / 1000)} s`,
  )
}

/** Opens what `makePictures` made. */
export function openPictures(folder: string): Pictures {
  const file = openSafetensors(join(folder, 'pictures.safetensors'))
  return { art: file.read('art') as Tensor<'u8'>, spare: file.read('spare') as Tensor<'u8'> }
}

function spareSlugs(sets: readonly { has(slug: string): boolean; slugs: readonly string[] }[]): readonly string[] {
  const used = new Set(concepts.map(({ slug }) => slug))
  const [first] = sets
  const free = (first?.slugs ?? []).filter(
    (slug) => !used.has(slug) && sets.every((set) => set.has(slug)) && !/skin|light|dark|keycap|button/.test(slug),
  )
  return free.filter((_, index) => index % SPARE_STEP === 0)
}

function recipeOfPictures(): string {
  const slugs = concepts.map(({ slug }) => slug)
  return createHash('sha256')
    .update(JSON.stringify(['1', slugs, styles, PLACES, SPARE_STEP, SIDE]))
    .digest('hex')
}
