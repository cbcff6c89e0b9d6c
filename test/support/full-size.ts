import { cpSync, existsSync, mkdirSync } from 'node:fs'
import { join, resolve } from 'node:path'
import type { Precision } from '../../shared/schema/recipe'
import { makeRandomModel } from '../../src-main/engine/jobs/models/random'
import { timPlan } from '../../src-main/engine/models/tim/precision'
import { convertComponent } from '../../src-main/engine/weights/convert-component'
import { openModelFolder, type ModelFolder } from '../../src-main/engine/weights/manifest'
import { openFolder } from '../../src-main/engine/weights/open-weights'
import { dataFolder } from '../../src-main/library/folders'

/** A random model of the released T2I's size, made once in the data folder (TIM_HOME): 3.5 GB of transformer. */
export async function fullSizeModel(): Promise<ModelFolder> {
  const models = join(dataFolder(), 'models')
  const name = 'random-t2i-xl'
  if (!existsSync(join(models, name, 'model.json'))) {
    await makeRandomModel({ models, name, config: 't2i-xl', seed: 0 }, () => undefined, new AbortController().signal)
  }
  return openModelFolder(resolve(models, name))
}

/** Its transformer at a precision: a component folder, converted once and kept beside the models. */
export async function transformerAt(original: string, precision: Precision, name = 'random-t2i-xl'): Promise<string> {
  if (precision === 'f32') return original
  const folder = join(dataFolder(), 'bench', name, precision)
  const file = join(folder, 'model.safetensors')
  if (existsSync(file)) return folder
  mkdirSync(folder, { recursive: true })
  cpSync(join(original, 'config.json'), join(folder, 'config.json'))
  await convertComponent(openFolder(original), precision, file, { plan: timPlan })
  return folder
}
