import type { Naming } from '../../models/peft/key-naming'
import { writeAdapter } from '../../models/peft/write-adapter'
import { openAdapter } from './open-adapter'

/** Writes an adapter (in any naming) in another one: PEFT's folder or one file at `out`. Throws AdapterError, WeightsError, FileError. */
export async function exportAdapter(path: string, modelFolder: string, out: string, naming: Naming): Promise<void> {
  const { adapter, about } = openAdapter(path, modelFolder)
  await writeAdapter(out, adapter, about, naming)
}
