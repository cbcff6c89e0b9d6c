import { dirname, join } from 'node:path'
import type { FusedOp } from '#shared/schema/device'
import type { Provider } from '#shared/schema/recipe'
import { isTextConditional, nullClass } from '../../models/tim/config'
import { openTim } from '../../models/tim/load'
import type { TimCondition } from '../../models/tim/network-graph'
import { openTimNetwork } from '../../models/tim/open-network'
import { measuredPasses, passFile, passMemory } from '../../models/tim/pass-choice'
import { makeTransport } from '../../diffusion/transports/table'
import { HashCache } from '../../files/file-identity'
import { componentFolder, modelBytes, openModelFolder, verifyModel, type ModelFolder } from '../../weights/manifest'
import { EngineError } from '../../ir/errors'
import { availableMemory, checkMemory, estimateMemory } from './estimate-memory'
import { ModelAdapters } from './model-adapters'
import { openDecoder } from './open-decoder'
import { openEncoder } from './open-encoder'
import type { Conditions, DrawingModel } from './drawing-model'
import { openPrompts, type PromptOptions } from './open-prompts'

/** Of a prompt of some length: what a caption takes is little beside the rest. */
const CAPTION_TOKENS = 64

export interface OpenModelOptions extends PromptOptions {
  /** One block of the network in memory at a time: slower, for machines with less memory than the network has weights. */
  readonly streamed?: boolean
  /** Fused kernels that the provider computes rightly. */
  readonly fused?: readonly FusedOp[]
}

/**
 * Loads a model folder so that it can draw. Sizes of its files are compared with the manifest first.
 * `options`: threads of the CPU (all cores when left out), where features of prompts and findings about this machine are kept, and
 * whether the network is read from its file block by block at each step. Throws WeightsError or FileError naming what is missing, damaged or not supported, EngineError where the provider refuses.
 */
export async function openModel(
  folder: string,
  provider: Provider,
  { features, streamed = false, ...options }: OpenModelOptions = {},
): Promise<DrawingModel<TimCondition>> {
  const model = openModelFolder(folder)
  await verifyModel(model, isSmall(model) ? new HashCache('') : undefined)
  const checkpoint = openTim(componentFolder(model, 'transformer'))
  const { config } = checkpoint
  // Pictures are drawn for as long as a model is loaded: what its steps take is found out while drawing.
  const findings = features === undefined ? passMemory() : passFile(join(dirname(features), 'pass-times.json'), model.sha256)
  const network = openTimNetwork(checkpoint, { provider, streamed, passes: measuredPasses(findings), ...options })
  const decoder = openDecoder(model, { provider, ...options })
  const encoder = openEncoder(model, { provider, ...options })
  const prompts = isTextConditional(config)
    ? openPrompts(model, { ...options, ...(features !== undefined && { features }) })
    : null
  const { transport, latent } = model.manifest
  const adapters = new ModelAdapters(model, checkpoint, network)
  return {
    provider,
    useAdapters: (used) => adapters.use(used),
    transport: makeTransport(transport.name, transport.params),
    network,
    latentShape: (width, height) => {
      checkSides({ width, height }, latent.factor * config.patch_size)
      const cells = { height: height / latent.factor, width: width / latent.factor }
      if (provider === 'cpu') {
        const decode = decoder.memory(height, width)
        const estimate = estimateMemory(checkpoint, { ...cells, captionTokens: CAPTION_TOKENS, guided: true, streamed, decode })
        checkMemory(
          estimate,
          { width, height, precision: model.manifest.components.transformer?.precision ?? 'f32' },
          availableMemory(),
        )
      }
      return [1, latent.channels, cells.height, cells.width]
    },
    conditionsOf: (recipe) =>
      prompts === null ? classConditions(model, recipe.classId, nullClass(config)) : prompts.conditionsOf(recipe),
    decode: (z, watch) => decoder.decode(z, watch),
    ...(encoder && { encode: (picture) => encoder.encode(picture) }),
    release: () => releaseAll([network, decoder, encoder, prompts]),
  }
}

/** Checksums of small models are compared at each load: that takes a tenth of a second. Larger ones are verified when asked for. */
function isSmall({ manifest }: ModelFolder): boolean {
  return modelBytes(manifest) < 2 ** 28
}

function checkSides(sides: { readonly width: number; readonly height: number }, factor: number): void {
  for (const [side, pixels] of Object.entries(sides)) {
    if (pixels % factor === 0) continue
    const nearest = Math.max(factor, Math.round(pixels / factor) * factor)
    throw new EngineError('job.setting', `A ${side} of ${pixels} pixels is not a multiple of ${factor}.`, `Use ${nearest}.`)
  }
}

async function releaseAll(parts: readonly ({ release(): Promise<void> } | null)[]): Promise<void> {
  for (const part of parts) await part?.release()
}

async function classConditions(
  model: ModelFolder,
  classId: number | undefined,
  none: number | undefined,
): Promise<Conditions<TimCondition>> {
  const known = model.manifest.classes?.length ?? 0
  if (classId === undefined || classId >= known) {
    throw new EngineError(
      'job.setting',
      `Class ${classId ?? 'none'} is not one of the ${known} of ${model.manifest.title}.`,
      `Choose a class from 0 to ${known - 1}.`,
    )
  }
  return Promise.resolve({ condition: { classes: [classId] }, nullCondition: { classes: [none ?? classId] } })
}
