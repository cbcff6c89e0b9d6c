import { resolve } from 'node:path'
import type { FusedOp } from '#shared/schema/device'
import { sizeOf, type Tensor } from '../../ir/tensor'
import type { Builder } from '../../ir/builder'
import { plainNet, type Net } from '../../nn/net'
import type { Provider } from '../../runtime/session'
import { formatOf } from '../../weights/stored'
import type { TensorRef } from '../../weights/tensor-ref'
import { readTimWeights, type TimCheckpoint } from './load'
import { TimNetwork } from './network'
import { alwaysApart, type PassChoice } from './pass-choice'
import { storedNet } from './stored-net'

export interface OpenNetworkOptions {
  readonly provider?: Provider
  readonly threads?: number
  /** Fused kernels that the provider computes rightly; the CPU has all of them. */
  readonly fused?: readonly FusedOp[]
  /** One block in memory at a time: a network larger than the machine's memory. Reads all weights from the file at each step. */
  readonly streamed?: boolean
  /** Leave weights as they lie in their file. Default: those of a large network. */
  readonly mapped?: boolean
  /** Whether guided steps go through the network as one batch; ignored for 8-bit products, whose numbers depend on the batch. */
  readonly passes?: PassChoice
  /** Layers and weights of adapters, around the network's own. */
  readonly adapter?: { readonly net: (b: Builder, inner: Net) => Net; readonly weights: Readonly<Record<string, Tensor>> }
}

/** f32 bytes below which a network's weights are widened and repacked in memory: that is faster where tokens are few. */
const SMALL = 2 ** 28

/**
 * A checkpoint's network for sampling. On the CPU the weights of a large one stay as they lie in the file, mapped, and its blocks run
 * one by one; what is small, or runs on another device, is widened to f32 in memory. Throws WeightsError, FileError.
 */
export function openTimNetwork(checkpoint: TimCheckpoint, options: OpenNetworkOptions = {}): TimNetwork {
  const { provider = 'cpu', threads, fused = [], adapter, streamed = false, passes = alwaysApart } = options
  const around = (inner: (b: Builder) => Net) => (b: Builder) => adapter?.net(b, inner(b)) ?? inner(b)
  const shared = { provider, fused, ...(threads !== undefined && { threads }) }
  const choice = { passes: hasIntegerProducts(checkpoint) ? alwaysApart : passes }
  if (!staysStored(checkpoint, options)) {
    const weights = { ...readTimWeights(checkpoint), ...adapter?.weights }
    return new TimNetwork(checkpoint.config, { ...shared, ...choice, weights, weightsAs: 'initializers' }, around(plainNet))
  }
  return new TimNetwork(
    checkpoint.config,
    {
      ...shared,
      ...choice,
      weights: { ...mappedWeights(checkpoint), ...adapter?.weights },
      weightsAs: 'initializers',
      mapped: true,
      asStored: true,
      // Each session would keep its own.
      arena: false,
      blocks: streamed ? 'streamed' : 'apart',
    },
    around((b) => storedNet(b, checkpoint.source)),
  )
}

/** Every tensor of a checkpoint where it lies, companions of quantised ones too: for sessions that map them. */
export function mappedWeights({ source }: TimCheckpoint): Record<string, TensorRef> {
  return Object.fromEntries([...source.tensors].map(([key, ref]) => [key, { ...ref, file: resolve(ref.file) }]))
}

/** Whether a network's weights stay as they lie in their file: those of a large one on the CPU, and 8-bit products, which have no other form. */
export function staysStored(
  checkpoint: TimCheckpoint,
  { provider = 'cpu', mapped, streamed = false }: OpenNetworkOptions,
): boolean {
  if (provider !== 'cpu') return false
  return mapped ?? (streamed || !isSmall(checkpoint) || hasIntegerProducts(checkpoint))
}

function isSmall({ parameters }: TimCheckpoint): boolean {
  return 4 * [...parameters.values()].reduce((sum, shape) => sum + sizeOf(shape), 0) < SMALL
}

function hasIntegerProducts({ source, parameters }: TimCheckpoint): boolean {
  return [...parameters.keys()].some((key) => formatOf(source, key) === 'int8')
}
