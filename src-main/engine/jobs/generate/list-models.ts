import { existsSync } from 'node:fs'
import { basename, join } from 'node:path'
import type { FoundModel, ModelPlace } from '#shared/engine/protocol'
import type { ModelCard } from '#shared/schema/model'
import type { Precision } from '#shared/schema/recipe'
import { openTim } from '../../models/tim/load'
import { modelMemory, sampleMemory } from './estimate-memory'
import { componentFolder, modelBytes, openModelFolder, verifyModel } from '../../weights/manifest'

/**
 * The models in some folders, damaged ones too, with what is wrong. A folder without a manifest holds no model; of models with
 * the same name, all but the first are numbered.
 */
export async function listModels(places: readonly ModelPlace[]): Promise<FoundModel[]> {
  const found = places.filter(({ folder }) => existsSync(join(folder, 'model.json')))
  const models = await Promise.all(found.map(async (place) => ({ folder: place.folder, card: await cardOf(place) })))
  const times = new Map<string, number>()
  return models.map(({ folder, card }) => {
    const time = (times.get(card.name) ?? 0) + 1
    times.set(card.name, time)
    return { folder, card: time === 1 ? card : { ...card, name: `${card.name} ${time}`, title: `${card.title} ${time}` } }
  })
}

async function cardOf({ folder, embedded }: ModelPlace): Promise<ModelCard> {
  try {
    return await readCard(folder, embedded)
  } catch (error) {
    return brokenCard(folder, embedded, error instanceof Error ? error.message : String(error))
  }
}

async function readCard(folder: string, embedded: boolean): Promise<ModelCard> {
  const model = openModelFolder(folder)
  const { manifest } = model
  await verifyModel(model)
  const { config, source } = openTim(componentFolder(model, 'transformer'))
  const { name, title, kind, minSide, maxSide, nativeSide, maxTokens, classes, defaults, licence, limits, prompts } = manifest
  const { transformer } = manifest.components
  return {
    name,
    title,
    kind,
    sha256: model.sha256,
    embedded,
    factor: manifest.latent.factor * config.patch_size,
    minSide,
    maxSide,
    nativeSide,
    maxTokens,
    ...(classes ? { classes } : {}),
    ...(prompts ? { prompts } : {}),
    defaults,
    precision: transformer?.precision ?? precisionOf([...source.tensors.values()].map(({ dtype }) => dtype)),
    ...(transformer?.precisionError === undefined ? {} : { precisionError: transformer.precisionError }),
    ...(transformer?.pictureError && { pictureError: transformer.pictureError }),
    ...(transformer === undefined ? {} : { source: transformer.source }),
    provider: 'cpu',
    licence,
    bytes: modelBytes(manifest),
    memory: sampleMemory(modelMemory(model), maxSide),
    limits: [...limits],
    state: { is: 'ready' },
  }
}

function precisionOf(dtypes: readonly string[]): Precision {
  if (dtypes.includes('i8')) return 'q8'
  return dtypes.includes('f16') || dtypes.includes('bf16') ? 'f16' : 'f32'
}

/** A card for a folder whose manifest cannot even be read. */
function brokenCard(folder: string, embedded: boolean, why: string): ModelCard {
  const side = 128
  return {
    name: basename(folder),
    title: basename(folder),
    kind: 'text',
    sha256: '0'.repeat(64),
    embedded,
    factor: 1,
    minSide: 1,
    maxSide: side,
    nativeSide: side,
    maxTokens: 0,
    defaults: { steps: 1, width: side, height: side, cfg: { scale: 1, low: 0, high: 1 }, stochasticity: 0 },
    precision: 'f32',
    provider: 'cpu',
    licence: '',
    bytes: 0,
    limits: [],
    state: { is: 'broken', why },
  }
}
