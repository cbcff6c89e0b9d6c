import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { f32, sizeOf, type Tensor } from '../../ir/tensor'
import { openSafetensors } from '../../weights/safetensors'
import { writeSafetensors } from '../../weights/write-safetensors'
import { autoencoderConfig, LATENT_SHAPE, openEncoder, type Encoder } from './latents'
import { colourOf } from './lay-out'
import { styles, tints } from './palette'
import { arrangements, CELL, SIDE } from './places'
import { drawing, type Drawings, type Pictures } from './pictures'
import type { Scene } from './scenes'

/**
 * The encoder is linear and sees each patch alone, so the latent of a drawing over any colour is a sum: latent = colour + Σ rgb_c · cover_c,
 * where `colour` is the drawing over black and `cover_c` is what shows of channel c of the background. A scene's latent is put together
 * from those of its cells, exactly as if its picture had been encoded.
 */
export interface Layers {
  /** Latent of a scene, (channels, h, w), equal to encoding its picture. */
  latent(scene: Scene, into: Float32Array): void
}

const CHANNELS = autoencoderConfig.channels
const VARIANTS = 1 + tints.length
const TOKENS = { home: (SIDE / autoencoderConfig.factor) ** 2, small: (CELL / autoencoderConfig.factor) ** 2 } as const

/** Encodes every drawing, in its own colours and in every tint: `folder`/layers.safetensors. */
export async function makeLayers(
  folder: string,
  pictures: Pictures,
  threads: number,
  log: (line: string) => void,
): Promise<void> {
  const path = join(folder, 'layers.safetensors')
  const recipe = recipeOfLayers(folder, pictures)
  if (existsSync(path) && openSafetensors(path).metadata['recipe'] === recipe) return log('layers: already there')
  const started = Date.now()
  const encoder = await openEncoder(folder, threads)
  const tensors: Record<string, Tensor> = {}
  for (const size of ['home', 'small'] as const) Object.assign(tensors, await encodeDrawings(encoder, pictures, size))
  tensors['ground'] = await encodeGround(encoder)
  await encoder.release()
  await writeSafetensors(path, tensors, { metadata: { recipe } })
  log(`layers: ${countOf(pictures) * VARIANTS} drawings in ${Math.round((Date.now() - started) / 1000)} s`)
}

/** Opens what `makeLayers` made. */
export function openLayers(folder: string): Layers {
  const file = openSafetensors(join(folder, 'layers.safetensors'))
  const read = (name: string): Float32Array => (file.read(name) as Tensor<'f32'>).data
  const colour = { home: read('home.colour'), small: read('small.colour') }
  const cover = { home: read('home.cover'), small: read('small.cover') }
  const ground = read('ground')
  const layer = (size: keyof Drawings, { concept, tint = -1 }: Scene['things'][0], style: number): Layer => {
    const length = CHANNELS * TOKENS[size]
    const index = concept * styles.length + style
    const at = (index * VARIANTS + tint + 1) * length
    return {
      colour: colour[size].subarray(at, at + length),
      cover: cover[size].subarray(index * 3 * length, (index + 1) * 3 * length),
    }
  }
  return {
    latent({ arrangement, things, style, background }, into) {
      const rgb = colourOf(background)
      const { cells } = arrangements[arrangement]
      const [first] = things
      if (cells.length === 0) return place(layer('home', first, style), rgb, SIDE, 0, 0, into)
      fillGround(ground, rgb, into)
      for (const { left, top, thing } of cells) place(layer('small', things[thing] ?? first, style), rgb, CELL, left, top, into)
    },
  }
}

interface Layer {
  /** (channels, side, side). */
  readonly colour: Float32Array
  /** (3, channels, side, side). */
  readonly cover: Float32Array
}

function place(
  { colour, cover }: Layer,
  [red, green, blue]: readonly [number, number, number],
  side: number,
  left: number,
  top: number,
  into: Float32Array,
): void {
  const [, height, width] = LATENT_SHAPE
  const factor = autoencoderConfig.factor
  const cells = side / factor
  const length = colour.length
  for (let channel = 0; channel < CHANNELS; channel++) {
    for (let y = 0; y < cells; y++) {
      for (let x = 0; x < cells; x++) {
        const from = (channel * cells + y) * cells + x
        const to = (channel * height + top / factor + y) * width + left / factor + x
        into[to] =
          (colour[from] as number) +
          red * (cover[from] as number) +
          green * (cover[length + from] as number) +
          blue * (cover[2 * length + from] as number)
      }
    }
  }
}

/** ground: (4, channels), black's token and what each channel adds. */
function fillGround(ground: Float32Array, rgb: readonly [number, number, number], into: Float32Array): void {
  for (let channel = 0; channel < CHANNELS; channel++) {
    let value = ground[channel] as number
    for (let c = 0; c < 3; c++) value += (rgb[c] as number) * (ground[(1 + c) * CHANNELS + channel] as number)
    into.fill(value, channel * TOKENS.home, (channel + 1) * TOKENS.home)
  }
}

async function encodeDrawings(
  encoder: Encoder,
  pictures: Pictures,
  size: keyof Drawings,
): Promise<Record<string, Tensor<'f32'>>> {
  const side = size === 'home' ? SIDE : CELL
  const length = CHANNELS * TOKENS[size]
  const count = countOf(pictures)
  const colour = new Float32Array(count * VARIANTS * length)
  const cover = new Float32Array(count * 3 * length)
  const zero = (await encoder.run(f32([1, 3, side, side], new Float32Array(3 * side * side)))).data
  for (let index = 0; index < count; index++) {
    const thing = { concept: Math.floor(index / styles.length) }
    const style = index % styles.length
    const variants = Array.from({ length: VARIANTS }, (_, v) =>
      drawing(pictures, v === 0 ? thing : { ...thing, tint: v - 1 }, style, size),
    )
    const batch = new Float32Array((VARIANTS + 3) * 3 * side * side)
    variants.forEach((rgba, v) => overBlack(rgba, batch.subarray(v * 3 * side * side)))
    openings(variants[0] ?? new Uint8Array(0), batch.subarray(VARIANTS * 3 * side * side))
    const { data } = await encoder.run(f32([VARIANTS + 3, 3, side, side], batch))
    colour.set(data.subarray(0, VARIANTS * length), index * VARIANTS * length)
    cover.set(withoutOffset(data.subarray(VARIANTS * length), zero), index * 3 * length)
  }
  const cells = side / autoencoderConfig.factor
  return {
    [`${size}.colour`]: f32([count, VARIANTS, CHANNELS, cells, cells], colour),
    [`${size}.cover`]: f32([count, 3, CHANNELS, cells, cells], cover),
  }
}

/** The tokens of plain black and of each channel's share, (4, channels). */
async function encodeGround(encoder: Encoder): Promise<Tensor<'f32'>> {
  const { factor } = autoencoderConfig
  const area = factor * factor
  const batch = new Float32Array(5 * 3 * area)
  batch.fill(-1, 0, 3 * area)
  openings(new Uint8Array(4 * area), batch.subarray(3 * area))
  const { data } = await encoder.run(f32([5, 3, factor, factor], batch))
  const zero = data.slice(4 * CHANNELS)
  const ground = data.slice(0, 4 * CHANNELS)
  ground.set(withoutOffset(ground.subarray(CHANNELS), zero), CHANNELS)
  return f32([4, CHANNELS], ground)
}

/** RGBA over black as planes RGB in [−1, 1]. */
function overBlack(rgba: Uint8Array, into: Float32Array): void {
  const area = rgba.length / 4
  for (let p = 0; p < area; p++) {
    const alpha = (rgba[4 * p + 3] as number) / 255
    for (let c = 0; c < 3; c++) into[c * area + p] = ((rgba[4 * p + c] as number) * alpha) / 127.5 - 1
  }
}

/** What shows of each channel of a background of 1: three pictures (3, side, side), each with one plane. */
function openings(rgba: Uint8Array, into: Float32Array): void {
  const area = rgba.length / 4
  for (let p = 0; p < area; p++) {
    const open = (1 - (rgba[4 * p + 3] as number) / 255) / 127.5
    for (let c = 0; c < 3; c++) into[(3 * c + c) * area + p] = open
  }
}

function withoutOffset(latents: Float32Array, offset: Float32Array): Float32Array {
  return latents.map((value, i) => value - (offset[i % offset.length] as number))
}

/** Drawings of the world. */
function countOf({ art }: Pictures): number {
  return art.home.shape[0] ?? 0
}

function recipeOfLayers(folder: string, { art }: Pictures): string {
  const encoder = openSafetensors(join(folder, 'encoder.safetensors')).read('patch.weight').data as Float32Array
  return createHash('sha256')
    .update(JSON.stringify(['2', tints]))
    .update(art.home.data)
    .update(art.small.data)
    .update(new Uint8Array(encoder.buffer, encoder.byteOffset, encoder.byteLength))
    .digest('hex')
}

/** Latents of scenes, (n, channels, h, w). */
export function latentsOf(layers: Layers, scenes: readonly Scene[]): Tensor<'f32'> {
  const size = sizeOf(LATENT_SHAPE)
  const data = new Float32Array(scenes.length * size)
  scenes.forEach((scene, i) => layers.latent(scene, data.subarray(i * size, (i + 1) * size)))
  return f32([scenes.length, ...LATENT_SHAPE], data)
}
