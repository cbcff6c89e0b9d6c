import { execFileSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { build } from 'vite'
import { nameOf, type Graph } from '../../src-main/engine/ir/graph'
import { f32, sizeOf, type Tensor } from '../../src-main/engine/ir/tensor'
import type { StripedDesign } from '../../src-main/engine/models/autoencoder/stripes/decode'
import { dcAeDecoder } from '../../src-main/engine/models/dc-ae/build'
import { DcAeConfig } from '../../src-main/engine/models/dc-ae/config'
import { dcAeStripes } from '../../src-main/engine/models/dc-ae/striped-decoder'
import { sdVaeDecoder } from '../../src-main/engine/models/sd-vae/build'
import { SdVaeConfig } from '../../src-main/engine/models/sd-vae/config'
import { sdVaeStripes } from '../../src-main/engine/models/sd-vae/striped-decoder'
import { plainNet } from '../../src-main/engine/nn/net'
import { createBuilder } from '../../src-main/engine/ops/table'
import { writeSafetensors } from '../../src-main/engine/weights/write-safetensors'
import { seededRandom } from '../support/mutate'

/** The published autoencoders' decoders on random weights, for the benches of decoding. */
export interface Subject {
  readonly name: string
  readonly config: object
  readonly graph: Graph
  readonly stripes: StripedDesign
  readonly channels: number
  readonly factor: number
  /** Its name in peer/worker.py. */
  readonly peer: string
  readonly sides: readonly number[]
  readonly bars: { readonly time: number; readonly memory: number }
}

const dcAe = DcAeConfig.parse({
  ...{ decoder_block_types: [...Array<string>(3).fill('ResBlock'), ...Array<string>(3).fill('EfficientViTBlock')] },
  ...{
    upsample_block_type: 'interpolate',
    downsample_block_type: 'Conv',
    decoder_norm_types: 'rms_norm',
    decoder_act_fns: 'silu',
  },
})
const sdVae = SdVaeConfig.parse({
  block_out_channels: [128, 256, 512, 512],
  down_block_types: Array(4).fill('DownEncoderBlock2D'),
  up_block_types: Array(4).fill('UpDecoderBlock2D'),
  layers_per_block: 2,
})

export const subjects: readonly Subject[] = [
  {
    name: 'DC-AE f32c32',
    config: { _class_name: 'AutoencoderDC', ...dcAe },
    graph: dcAeDecoder(plainNet(createBuilder()), dcAe),
    stripes: dcAeStripes(dcAe),
    ...{ channels: 32, factor: 32, peer: 'dc_ae_decode', sides: [512], bars: { time: 0.6, memory: 0.4 } },
  },
  {
    name: 'SD-VAE',
    config: { _class_name: 'AutoencoderKL', ...sdVae },
    graph: sdVaeDecoder(plainNet(createBuilder()), sdVae),
    stripes: sdVaeStripes(sdVae),
    ...{ channels: 4, factor: 8, peer: 'sd_vae_decode', sides: [256, 512], bars: { time: 0.8, memory: 1 } },
  },
]

/** Uniform in ±spread. */
export const noise = (shape: readonly number[], spread = 1): Tensor<'f32'> => {
  const next = seededRandom(sizeOf(shape))
  return f32(
    shape,
    Float32Array.from({ length: sizeOf(shape) }, () => spread * (2 * next() - 1)),
  )
}

/** A component folder of the decoder in `folder`. */
export async function writeModel({ name, config, graph }: Subject, folder: string): Promise<string> {
  const model = join(folder, name)
  mkdirSync(model)
  writeFileSync(join(model, 'config.json'), JSON.stringify(config))
  const weights = graph.params.map((param) => {
    const shape = param.shape.map(Number)
    return [nameOf(param), noise(shape, shape.length > 1 ? Math.sqrt(3 / sizeOf(shape.slice(1))) : 1)] as const
  })
  await writeSafetensors(join(model, 'model.safetensors'), Object.fromEntries(weights))
  return model
}

export const latentOf = ({ channels, factor }: Subject, side: number): Tensor<'f32'> =>
  noise([1, channels, side / factor, side / factor])

/** What a process of its own tells of decodings of one latent (decode-child.ts). */
export interface Told {
  /** Bytes of its highest proportional set size; what it takes after the last picture; what was foretold. */
  readonly peak: number
  readonly kept: number
  readonly foretold: number
  readonly seconds: readonly number[]
}

const out = resolve('node_modules/.cache/tim-bench-decode')

/** Builds decode-child.ts. */
export async function buildChild(): Promise<void> {
  const entry = resolve('test/bench/decode-child.ts')
  await build({ configFile: false, logLevel: 'error', build: { ssr: entry, outDir: out, target: 'node20', emptyOutDir: true } })
}

export function runChild(model: string, side: number, times: number): Told {
  const told = execFileSync(process.execPath, [join(out, 'decode-child.js'), model, String(side), String(times)])
  return JSON.parse(told.toString()) as Told
}
