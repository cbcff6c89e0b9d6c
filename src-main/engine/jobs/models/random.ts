import { copyFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { ModelPart, ReleasedName, TellModels } from '#shared/engine/models'
import type { ComponentFile, ModelComponent } from '#shared/schema/model-manifest'
import type { Precision } from '#shared/schema/recipe'
import { identify, sha256Of } from '../../files/file-identity'
import { onFileAsync } from '../../files/file-error'
import { dcAeFactor } from '../../models/dc-ae/config'
import { dcAeParameters } from '../../models/dc-ae/parameters'
import { gemma3Parameters } from '../../models/gemma3/parameters'
import { sdVaeFactor } from '../../models/sd-vae/config'
import { sdVaeParameters } from '../../models/sd-vae/parameters'
import { isTextConditional } from '../../models/tim/config'
import { timParameters } from '../../models/tim/parameters'
import { ComponentStore } from '../../weights/component-store'
import { convertTransformer } from './convert-transformer'
import { autoencoderStart, gemma3Start, startingTensors, timStart, type StartOf } from './initialise'
import { freeFolder, installModel } from './install'
import { manifestOf, type LatentSpace } from './manifest-of'
import { paced } from './paced'
import { discardUnneeded } from './remove'
import { DC_AE, dcAe, GEMMA_3_1B, gemma3, RELEASED, SD_VAE, sdVae } from './released'
import { writeConfig, writeWeights } from './write-component'

/** A model of a released size with random weights: what speed, memory and rounding errors are measured on. */
export interface RandomOrder {
  /** The library's folder of models. */
  readonly models: string
  readonly name: string
  readonly config: ReleasedName
  readonly seed: number
  /** tokenizer.json of the text encoder. Without one the model knows no words. */
  readonly tokenizer?: string
  /** Of the transformer; f32 where left out. */
  readonly precision?: Precision
}

/** One network to be made. */
interface Plan {
  readonly part: ModelPart
  readonly config: object
  readonly parameters: ReadonlyMap<string, readonly number[]>
  readonly start: StartOf
  readonly tokenizer?: string
}

const LICENCE = 'none: random numbers'

/** Writes a random model tensor by tensor and gives its folder. Parts that an earlier run left whole are used. Throws FileError, the signal's reason. */
export async function makeRandomModel(order: RandomOrder, say: TellModels, signal: AbortSignal): Promise<string> {
  const tell = paced(say)
  freeFolder(order.models, order.name)
  const { tim, autoencoder, title } = RELEASED[order.config]
  const make = (plan: Plan): Promise<ModelComponent> => makeComponent(order, plan, tell, signal)
  const original = await make({
    part: 'transformer',
    config: tim,
    parameters: timParameters(tim, { projector: true }),
    start: timStart,
  })
  const store = new ComponentStore(order.models)
  const { plan, latent } = autoencoder === 'dc-ae' ? deepCompression() : stableDiffusion()
  const decoder = await make(plan)
  const transformer = order.precision ? await convertTransformer(original, order.precision, { store, tell, signal }) : original
  const text = isTextConditional(tim) ? await make(gemma(order.tokenizer)) : undefined
  const manifest = manifestOf(order.name, `${title} (random)`, LICENCE, {
    transformer: { config: tim, component: transformer },
    autoencoder: { latent, component: decoder },
    ...(text ? { text: { component: text } } : {}),
  })
  const limits = ['Its weights are random: it draws noise.']
  const folder = await installModel(order.models, { ...manifest, limits })
  await discardUnneeded(order.models, [original])
  tell({ is: 'installed', name: order.name, folder })
  return folder
}

function deepCompression(): { readonly plan: Plan; readonly latent: LatentSpace } {
  const parameters = dcAeParameters(dcAe)
  return {
    plan: { part: 'autoencoder', config: DC_AE, parameters, start: autoencoderStart(parameters) },
    latent: { channels: dcAe.latent_channels, factor: dcAeFactor(dcAe), scaling: dcAe.scaling_factor },
  }
}

function stableDiffusion(): { readonly plan: Plan; readonly latent: LatentSpace } {
  const parameters = sdVaeParameters(sdVae)
  return {
    plan: { part: 'autoencoder', config: SD_VAE, parameters, start: autoencoderStart(parameters) },
    latent: { channels: sdVae.latent_channels, factor: sdVaeFactor(sdVae), scaling: sdVae.scaling_factor },
  }
}

function gemma(tokenizer: string | undefined): Plan {
  const parameters = gemma3Parameters(gemma3)
  return { part: 'text', config: GEMMA_3_1B, parameters, start: gemma3Start, ...(tokenizer ? { tokenizer } : {}) }
}

async function makeComponent(order: RandomOrder, plan: Plan, tell: TellModels, signal: AbortSignal): Promise<ModelComponent> {
  const store = new ComponentStore(order.models)
  const madeFrom = JSON.stringify({ random: 1, seed: order.seed, config: plan.config, tokenizer: plan.tokenizer })
  const there = store.find(madeFrom)
  if (there) return there
  const pending = await store.pending(madeFrom)
  const onProgress = (done: number, total: number): void => tell({ is: 'doing', what: 'writing', part: plan.part, done, total })
  const tensors = startingTensors(plan.parameters, plan.start, order.seed)
  const weights = await writeWeights(pending, tensors, { onProgress, signal })
  const files = [await writeConfig(pending, plan.config), weights]
  if (plan.tokenizer) files.push(await copyTokenizer(plan.tokenizer, pending))
  const { sha256, bytes } = weights
  return store.keep(pending, { sha256, bytes, files, licence: LICENCE, source: `random, seed ${order.seed}`, madeFrom })
}

async function copyTokenizer(from: string, folder: string): Promise<ComponentFile> {
  const name = 'tokenizer.json'
  const to = join(folder, name)
  await onFileAsync(from, () => copyFile(from, to))
  return { name, bytes: identify(to).size, sha256: await sha256Of(to) }
}
