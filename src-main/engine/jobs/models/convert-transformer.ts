import { join } from 'node:path'
import type { ModelComponent } from '#shared/schema/model-manifest'
import type { Precision } from '#shared/schema/recipe'
import { requireSpace } from '../../files/disk-space'
import { identify, sha256Of } from '../../files/file-identity'
import { readTimConfig } from '../../models/tim/load'
import { timPlan } from '../../models/tim/precision'
import { measurePrecisionErrors, type PrecisionErrorOptions } from '../../models/tim/precision-error'
import { convertComponent } from '../../weights/convert-component'
import { openFolder } from '../../weights/open-weights'
import type { Bringing } from './bring-component'
import { CONFIG_FILE, WEIGHTS_FILE, writeConfig } from './write-component'

/**
 * A shared component of the same network at another precision, with the errors that one pass of it and a picture make; the same
 * conversion is done once. `decode` makes pictures of latents. The original stays as it is. Throws WeightsError, FileError, the signal's reason.
 */
export async function convertTransformer(
  original: ModelComponent,
  precision: Precision,
  { store, tell, signal }: Omit<Bringing, 'hashes'>,
  decode?: PrecisionErrorOptions['decode'],
): Promise<ModelComponent> {
  const from = store.folderNamed(original.folder)
  const source = openFolder(from)
  if (precision === 'f32' && [...source.tensors.values()].every(({ dtype }) => dtype === 'f32')) return { ...original, precision }
  const madeFrom = JSON.stringify({ convert: 2, of: original.sha256, precision })
  const there = store.find(madeFrom)
  if (there) return there
  const part = 'transformer'
  const pending = await store.pending(madeFrom)
  // No precision needs more than the original has.
  requireSpace(pending, precision === 'f32' ? 2 * original.bytes : original.bytes)
  const file = join(pending, WEIGHTS_FILE)
  await convertComponent(source, precision, file, {
    progress: (done, total) => tell({ is: 'doing', what: 'converting', part, done, total }),
    plan: timPlan,
    ...(signal ? { signal } : {}),
  })
  const bytes = identify(file).size
  const onProgress = (done: number): void => tell({ is: 'doing', what: 'hashing', part, done, total: bytes })
  const sha256 = await sha256Of(file, { signal, onProgress })
  const files = [await writeConfig(pending, readTimConfig(join(from, CONFIG_FILE))), { name: WEIGHTS_FILE, bytes, sha256 }]
  tell({ is: 'doing', what: 'measuring', part, done: 0, total: 0 })
  signal?.throwIfAborted()
  const { pass, latent, picture } = await measurePrecisionErrors(from, pending, {
    ...(decode && { decode }),
    ...(signal && { signal }),
  })
  const { licence, source: origin } = original
  // A network whose output is zero has no relative error.
  const measured = Number.isFinite(pass)
    ? { precisionError: pass, pictureError: { latent, ...(picture !== undefined && { picture }) } }
    : {}
  return store.keep(pending, { sha256, bytes, files, precision, ...measured, licence, source: origin, madeFrom })
}
