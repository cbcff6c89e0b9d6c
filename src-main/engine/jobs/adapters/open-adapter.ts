import type { TimConfig } from '../../models/tim/config'
import { timLinearLayers } from '../../models/tim/linear-layers'
import { readTimConfig } from '../../models/tim/load'
import { readAdapter, type ReadAdapter } from '../../models/peft/read-adapter'
import { componentFolder, openModelFolder, type ModelFolder } from '../../weights/manifest'
import { join } from 'node:path'
import { checkBase } from './check-base'

/** An adapter and the model it is for. */
export interface AdapterOnModel extends ReadAdapter {
  readonly model: ModelFolder
  readonly config: TimConfig
}

/** Reads an adapter (PEFT's folder, or a file in any naming) for the model in a folder. Throws AdapterError, WeightsError, FileError. */
export function openAdapter(path: string, modelFolder: string): AdapterOnModel {
  const model = openModelFolder(modelFolder)
  const config = readTimConfig(join(componentFolder(model, 'transformer'), 'config.json'))
  const read = readAdapter(path, timLinearLayers(config))
  checkBase(path, read.about, model)
  return { ...read, model, config }
}
