import { join } from 'node:path'
import { z } from 'zod'
import { mulDims, type Dim } from '../../ir/dim'
import { EngineError } from '../../ir/errors'
import type { Graph } from '../../ir/graph'
import type { Tensor } from '../../ir/tensor'
import { plainNet, type Net } from '../../nn/net'
import { createBuilder } from '../../ops/table'
import { openSession, type Session, type SessionOptions } from '../../runtime/session'
import { bindWeights } from '../../weights/bind'
import { readConfig } from '../../weights/component'
import { renamed } from '../../weights/convert'
import { openFolder } from '../../weights/open-weights'
import type { WeightSource } from '../../weights/tensor-ref'
import { WeightsError } from '../../weights/weights-error'
import { dcAeDecoder, dcAeEncoder } from '../dc-ae/build'
import { dcAeStripes } from '../dc-ae/striped-decoder'
import { DcAeConfig, dcAeFactor } from '../dc-ae/config'
import * as patchAe from '../patch-ae/build'
import { PatchAeConfig } from '../patch-ae/config'
import { sdVaeDecoder, sdVaeEncoder } from '../sd-vae/build'
import { SdVaeConfig, sdVaeFactor, sdVaeKey } from '../sd-vae/config'
import { sdVaeStripes } from '../sd-vae/striped-decoder'
import { Sessions } from './stripes/sessions'
import { decodeInStripes, STRIPE_BYTES, type DecodeWatch, type StripedDesign } from './stripes/decode'

/** Channels from which on Winograd's products outweigh its transforms, and sessions are opened for less than they save. */
const WIDE = 128

/** What an autoencoder is, whichever it is. */
interface Design {
  readonly latentChannels: number
  /** Pixels along a side of one latent cell. */
  readonly factor: number
  readonly scaling: number
  readonly encoder: (net: Net) => Graph
  readonly decoder: (net: Net) => Graph
  /** The decoder in stripes: for networks whose convolutions are wide enough to gain by it. */
  readonly stripes?: StripedDesign
  /** A checkpoint's key in the spelling of the graph. */
  readonly key: (key: string) => string
}

/** Pictures to latents and back. Latents are as the network gives them: mean and std of the model are not applied. */
export interface Autoencoder {
  readonly latentChannels: number
  readonly factor: number
  /** What published pipelines multiply latents by before a diffusion network sees them; 1 where the encoder does so itself. */
  readonly scaling: number
  /** Shape: (B,3,f·h,f·w) in [−1,1] → `latent` (B,L,h,w), or `mean` and `logvar` where it is variational. */
  encode(image: Tensor<'f32'>): Promise<Record<string, Tensor>>
  /** Shape: (B,L,h,w) → (B,3,f·h,f·w), about [−1,1]. Throws the reason of the watch's signal. */
  decode(latent: Tensor<'f32'>, watch?: DecodeWatch): Promise<Tensor<'f32'>>
  /**
   * Bytes at the peak of a process that decodes a picture of height × width pixels and no more: with the smallest stripes, unless the
   * `largest` are asked for, which it takes where there is room for them. 0 for small networks.
   */
  decodeMemory(height: number, width: number, stripeSize?: 'smallest' | 'largest'): number
  release(): Promise<void>
}

/** Opens a component folder (config.json, weights) of a published autoencoder; builds each half at its first use. Throws WeightsError, FileError. */
export function openAutoencoder(folder: string, options: SessionOptions = {}): Autoencoder {
  const { latentChannels, factor, scaling, encoder, decoder, stripes, key } = designOf(join(folder, 'config.json'))
  const source = renamed(openFolder(folder), key)
  const sessions = new Sessions(source, options)
  const halves = { encoder: half(source, encoder, options), decoder: half(source, decoder, options) }
  return {
    latentChannels,
    factor,
    scaling,
    encode: async (image) => {
      checkSides(image.shape, factor)
      return (await halves.encoder.open()).run({ image })
    },
    decode: async (latent, watch = {}) => {
      // Providers with a convolution of their own keep the plain graph.
      if (stripes && (options.provider ?? 'cpu') === 'cpu') return decodeInStripes(stripes, sessions, latent, watch)
      const { image } = await (await halves.decoder.open()).run({ latent })
      if (image?.dtype !== 'f32') throw new TypeError('a decoder gives an f32 image')
      return image as Tensor<'f32'>
    },
    decodeMemory: (height, width, stripeSize = 'smallest') => {
      const bytes = stripeSize === 'smallest' ? Math.min(...STRIPE_BYTES) : Math.max(...STRIPE_BYTES)
      return stripes?.memory(height, width, bytes) ?? 0
    },
    release: async () => {
      await halves.encoder.release()
      await halves.decoder.release()
      await sessions.release()
    },
  }
}

const DESIGNS: Readonly<Record<string, (path: string) => Design>> = {
  AutoencoderDC: (path) => {
    const config = readConfig(path, DcAeConfig)
    return {
      latentChannels: config.latent_channels,
      factor: dcAeFactor(config),
      scaling: config.scaling_factor,
      encoder: (net) => dcAeEncoder(net, config),
      decoder: (net) => dcAeDecoder(net, config),
      ...(Math.max(...config.decoder_block_out_channels) < WIDE ? {} : { stripes: dcAeStripes(config) }),
      key: (key) => key,
    }
  },
  AutoencoderKL: (path) => {
    const config = readConfig(path, SdVaeConfig)
    return {
      latentChannels: config.latent_channels,
      factor: sdVaeFactor(config),
      scaling: config.scaling_factor,
      encoder: (net) => sdVaeEncoder(net, config),
      decoder: (net) => sdVaeDecoder(net, config),
      ...(Math.max(...config.block_out_channels) < WIDE ? {} : { stripes: sdVaeStripes(config) }),
      key: sdVaeKey,
    }
  },
  'patch-ae': (path) => {
    const config = readConfig(path, PatchAeConfig)
    const side = (name: string): Dim => mulDims(name, config.factor)
    return {
      latentChannels: config.channels,
      factor: config.factor,
      scaling: 1,
      encoder: ({ b }) => b.graph({ latent: patchAe.encode(b, config, b.input('image', 'f32', ['b', 3, side('h'), side('w')])) }),
      decoder: ({ b }) =>
        b.graph({ image: patchAe.decode(b, config, b.input('latent', 'f32', ['b', config.channels, 'h', 'w'])) }),
      key: (key) => key,
    }
  },
}

/** Throws EngineError where a side is no multiple of the factor. */
function checkSides(shape: readonly number[], factor: number): void {
  const [height = 0, width = 0] = shape.slice(2)
  if (height % factor === 0 && width % factor === 0) return
  const nearest = [width, height].map((side) => Math.max(factor, Math.round(side / factor) * factor)).join('×')
  const what = `A picture of ${width}×${height} pixels cannot be encoded: both sides must be multiples of ${factor}.`
  throw new EngineError('autoencoder.size', what, `Resize it to ${nearest}.`)
}

const Named = z.object({ _class_name: z.string().optional(), model_type: z.string().optional() })

function designOf(path: string): Design {
  const { _class_name: published, model_type: ours } = readConfig(path, Named)
  const name = published ?? ours ?? 'network without a name'
  const design = DESIGNS[name]
  if (design) return design(path)
  const known = Object.keys(DESIGNS).join(', ')
  throw new WeightsError(
    'weights.config',
    path,
    `describes a ${name}, which is no autoencoder known here`,
    `Use one of ${known}.`,
  )
}

/** One half, opened when first asked for. */
function half(
  source: WeightSource,
  graphOf: (net: Net) => Graph,
  options: SessionOptions,
): { readonly open: () => Promise<Session>; readonly release: () => Promise<void> } {
  let opened: Promise<Session> | undefined
  const start = async (): Promise<Session> => {
    const graph = graphOf(plainNet(createBuilder()))
    return openSession(graph, { ...options, weights: bindWeights(graph, source), weightsAs: 'initializers' })
  }
  return {
    open: () => (opened ??= start()),
    release: async () => {
      const session = await opened
      opened = undefined
      await session?.release()
    },
  }
}
