import { dirname, join } from 'node:path'
import type { FusedOp } from '#shared/schema/device'
import type { Provider } from '#shared/schema/recipe'
import { isTextConditional, nullClass } from '../../models/tim/config'
import { openTim } from '../../models/tim/load'
import type { TimCondition } from '../../models/tim/network-graph'
import { openTimNetwork } from '../../models/tim/open-network'
import { joiningMemory } from '../../models/tim/memory'
import { measuredPasses, passFile, passMemory, whereFits } from '../../models/tim/pass-choice'
import { makeTransport } from '../../diffusion/transports/table'
import { HashCache } from '../../files/file-identity'
import { componentFolder, modelBytes, openModelFolder, verifyModel, type ModelFolder } from '../../weights/manifest'
import type { Picture } from '../../images/picture'
import { project, type Projection } from '../../images/projection'
import { EngineError } from '../../ir/errors'
import type { Tensor } from '../../ir/tensor'
import { availableMemory } from './estimate-memory'
import { ModelAdapters } from './model-adapters'
import { openDecoder } from './open-decoder'
import { modelProjection } from './model-projection'
import { openEncoder, type Encoder } from './open-encoder'
import type { Conditions, DrawingModel } from './drawing-model'
import { openPrompts, type PromptOptions } from './open-prompts'

/** Share of the memory that is free which guided passes may take to run as one batch: the rest of a picture wants some too. */
const JOINING_SHARE = 0.5

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
  const passes = whereFits(
    measuredPasses(findings),
    (tokens) => joiningMemory(config, tokens) < JOINING_SHARE * availableMemory(),
  )
  const network = openTimNetwork(checkpoint, { provider, streamed, passes, ...options })
  // Elsewhere a part is opened, and its programs made, for the size that it is first used with.
  if (provider === 'cpu') await network.open()
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
      return [1, latent.channels, height / latent.factor, width / latent.factor]
    },
    stopAt: (signal) => network.stopAt(signal),
    conditionsOf: (recipe) =>
      prompts === null ? classConditions(model, recipe.classId, nullClass(config)) : prompts.conditionsOf(recipe),
    decode: (z, watch) => decoder.decode(z, watch),
    ...(encoder && { encode: (picture) => encoder.encode(picture), project: projector(model, encoder) }),
    release: () => releaseAll([network, decoder, encoder, prompts]),
  }
}

/** Projects with what is known of the model's latents, which is found out at the first one. */
function projector(model: ModelFolder, encoder: Encoder): (latent: Tensor<'f32'>) => Promise<Picture> {
  let projection: Promise<Projection> | undefined
  return async (latent) => {
    projection ??= modelProjection(model, (picture) => encoder.encode(picture))
    return project(await projection, latent)
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
