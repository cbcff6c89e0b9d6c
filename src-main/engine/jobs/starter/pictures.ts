import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { tensor, type Tensor } from '../../ir/tensor'
import { openSafetensors } from '../../weights/safetensors'
import { writeSafetensors } from '../../weights/write-safetensors'
import { concepts } from './concepts'
import { openIconSet, type IconSet } from './icons'
import { styles, tints } from './palette'
import { CELL, cellPlace, homePlace, SIDE } from './places'
import { recolour } from './recolour'
import { renderPlaces } from './render'
import type { Thing } from './scenes'

/** Every SPARE_STEP-th other drawing of the icon sets serves the autoencoder, the last fifth of them as held-out art. */
const SPARE_STEP = 3
const HOME = SIDE * SIDE * 4
const SMALL = CELL * CELL * 4

/** Drawings as straight-alpha RGBA u8, each filling a picture (SIDE) and a cell (CELL). */
export interface Drawings {
  /** (n, SIDE, SIDE, 4). */
  readonly home: Tensor<'u8'>
  /** (n, CELL, CELL, 4). */
  readonly small: Tensor<'u8'>
}

/** All renders. */
export interface Pictures {
  /** The world: concept × style, style fastest. */
  readonly art: Drawings
  /** Art outside the model's world; the last fifth is never trained on. */
  readonly spare: Drawings
}

/** RGBA of a thing in a style, in its own colours or tinted: (SIDE, SIDE, 4), or (CELL, CELL, 4). A view where it is not tinted. */
export function drawing({ art }: Pictures, { concept, tint }: Thing, style: number, size: keyof Drawings): Uint8Array {
  const own = drawingAt(art, concept * styles.length + style, size)
  const wanted = tint === undefined ? undefined : tints[tint]
  return wanted ? recolour(own, wanted) : own
}

/** Drawing `index`, a view. */
export function drawingAt(drawings: Drawings, index: number, size: keyof Drawings): Uint8Array {
  const length = size === 'home' ? HOME : SMALL
  return drawings[size].data.subarray(index * length, (index + 1) * length)
}

/** Number of spare drawings that may be trained on. */
export function spareForTraining({ spare }: Pictures): number {
  return Math.floor(((spare.home.shape[0] ?? 0) * 4) / 5)
}

/** Renders all drawings into `folder`/pictures.safetensors, unless it holds just these. Repeatable. */
export async function makePictures(folder: string, log: (line: string) => void): Promise<void> {
  const path = join(folder, 'pictures.safetensors')
  const recipe = recipeOfPictures()
  if (existsSync(path) && openSafetensors(path).metadata['recipe'] === recipe) return log('pictures: already there')
  const started = Date.now()
  const sets = styles.map(openIconSet)
  const art = await rendered(
    concepts.map(({ slug }) => slug),
    sets,
  )
  const spare = await rendered(spareSlugs(sets), sets)
  const tensors = { 'art.home': art.home, 'art.small': art.small, 'spare.home': spare.home, 'spare.small': spare.small }
  await writeSafetensors(path, tensors, { metadata: { recipe } })
  log(`pictures: ${concepts.length} concepts × ${styles.length} styles in ${Math.round((Date.now() - started) / 1000)} s`)
}

/** Opens what `makePictures` made. */
export function openPictures(folder: string): Pictures {
  const file = openSafetensors(join(folder, 'pictures.safetensors'))
  const read = (name: string): Drawings => ({
    home: file.read(`${name}.home`) as Tensor<'u8'>,
    small: file.read(`${name}.small`) as Tensor<'u8'>,
  })
  return { art: read('art'), spare: read('spare') }
}

async function rendered(slugs: readonly string[], sets: readonly IconSet[]): Promise<Drawings> {
  const count = slugs.length * sets.length
  const home = new Uint8Array(count * HOME)
  const small = new Uint8Array(count * SMALL)
  let at = 0
  for (const slug of slugs) {
    for (const set of sets) {
      const [large = [], little = []] = await renderPlaces(set.svg(slug), [homePlace, cellPlace])
      home.set(large, at * HOME)
      small.set(little, at * SMALL)
      at++
    }
  }
  return { home: tensor('u8', [count, SIDE, SIDE, 4], home), small: tensor('u8', [count, CELL, CELL, 4], small) }
}

function spareSlugs(sets: readonly IconSet[]): readonly string[] {
  const used = new Set(concepts.map(({ slug }) => slug))
  const [first] = sets
  const free = (first?.slugs ?? []).filter(
    (slug) =>
      !used.has(slug) && sets.every((set) => set.has(slug)) && !/skin|light|dark|medium|keycap|button|oclock|thirty/.test(slug),
  )
  return free.filter((_, index) => index % SPARE_STEP === 0)
}

function recipeOfPictures(): string {
  const slugs = concepts.map(({ slug }) => slug)
  return createHash('sha256')
    .update(JSON.stringify(['2', slugs, styles.map(({ iconSet }) => iconSet), homePlace, cellPlace, SPARE_STEP]))
    .digest('hex')
}
