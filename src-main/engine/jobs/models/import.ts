import { existsSync, statSync } from 'node:fs'
import { basename, join } from 'node:path'
import type { ImportTask, ModelPart, TellModels } from '#shared/engine/models'
import type { ModelComponent } from '#shared/schema/model-manifest'
import type { Precision } from '#shared/schema/recipe'
import { HashCache } from '../../files/file-identity'
import { openTokenizer } from '../../text/tokenizer'
import { ComponentStore } from '../../weights/component-store'
import { discardAbandoned } from './abandoned'
import { bringComponent, type Bringing, type Companion } from './bring-component'
import { checkFit, type Fit } from './check-fit'
import { freeFolder, installModel } from './install'
import { manifestOf } from './manifest-of'
import { ModelsError } from './models-error'
import { paced } from './paced'
import { discardUnneeded } from './remove'
import { recognise, type RecognisedPart } from './recognise/recognise'

/** Where checksums of large files are remembered, in the library's folder of models. */
export const CHECKSUMS = '.checksums.json'

/**
 * Makes a model of published files: recognises each, checks that they belong together, brings them into the library, converts the
 * transformer where a precision is asked for, and installs the model. Stopped or killed, the next attempt goes on with what is whole.
 * Throws ModelsError, WeightsError, FileError, TokenizerError, or the signal's reason.
 */
export async function importModel(task: ImportTask, say: TellModels, signal?: AbortSignal): Promise<void> {
  const tell = paced(say)
  const name = task.name ?? nameFrom(task.transformer)
  freeFolder(task.models, name)
  await discardAbandoned(task.models)
  const look = (path: string, part: ModelPart): RecognisedPart => {
    signal?.throwIfAborted()
    tell({ is: 'doing', what: 'recognising', part, done: 0, total: 0 })
    const found = recognise(path, part)
    for (const text of found.notes) tell({ is: 'note', text })
    return found
  }
  const transformer = look(task.transformer, 'transformer')
  const autoencoder = look(task.autoencoder, 'autoencoder')
  const text = task.text === undefined ? undefined : look(task.text, 'text')
  const fit = checkFit({ transformer, autoencoder, text }, task.expect)
  const tokenizer = fit.gemma3 && text ? [tokenizerFor(task.tokenizer, text, fit.gemma3.vocab_size)] : []
  const hashes = new HashCache(join(task.models, CHECKSUMS))
  const bringing: Bringing = { store: new ComponentStore(task.models), hashes, tell, signal }
  const bring = (part: RecognisedPart, companions: readonly Companion[] = []): Promise<ModelComponent> =>
    bringComponent(part, task, companions, bringing)
  const published = await bring(transformer)
  const pictures = await bring(autoencoder)
  const components = {
    transformer: task.precision ? await converted(published, task.precision, bringing, pictures, fit) : published,
    autoencoder: pictures,
    text: text ? await bring(text, tokenizer) : undefined,
  }
  const folder = await install(name, task, fit, components)
  await discardUnneeded(task.models, [published])
  const { precision, precisionError, pictureError } = components.transformer
  tell({
    is: 'installed',
    name,
    folder,
    ...(precision && { precision }),
    ...(precisionError !== undefined && { error: precisionError }),
    ...(pictureError && { picture: pictureError }),
  })
}

/** Converting measures, which needs the runtime; nothing else here does. */
async function converted(
  published: ModelComponent,
  precision: Precision,
  bringing: Bringing,
  autoencoder: ModelComponent,
  { latent }: Fit,
): Promise<ModelComponent> {
  const { convertTransformer } = await import('./convert-transformer')
  const { pictureMaker } = await import('./picture-maker')
  const maker = pictureMaker(bringing.store.folderNamed(autoencoder.folder), latent.scaling)
  try {
    return await convertTransformer(published, precision, bringing, maker.decode)
  } finally {
    await maker.release()
  }
}

async function install(
  name: string,
  { models, title, licence }: ImportTask,
  fit: Fit,
  components: { transformer: ModelComponent; autoencoder: ModelComponent; text: ModelComponent | undefined },
): Promise<string> {
  const manifest = manifestOf(name, title ?? name, licence ?? 'unknown', {
    transformer: { config: fit.tim, component: components.transformer },
    autoencoder: { latent: fit.latent, component: components.autoencoder },
    ...(components.text ? { text: { component: components.text } } : {}),
  })
  return installModel(models, manifest)
}

/** What a file without another name makes of its own: `t2i_model.bin` → `t2i_model`. */
function nameFrom(path: string): string {
  const stem = basename(path).replace(/\.(safetensors|bin|pth?|ckpt|index\.json)$/g, '')
  return (
    stem
      .replaceAll(/[^\w.-]/g, '-')
      .replace(/^[^A-Za-z0-9]+/, '')
      .slice(0, 100) || 'model'
  )
}

/** The tokenizer beside the text encoder, or the one that was named; read and tried. Throws ModelsError, TokenizerError, FileError. */
function tokenizerFor(named: string | undefined, text: RecognisedPart, vocabulary: number): Companion {
  const beside = join(text.given.folder, 'tokenizer.json')
  const given = named !== undefined && existsSync(named) && statSync(named).isDirectory() ? join(named, 'tokenizer.json') : named
  const path = given ?? beside
  if (given === undefined && !existsSync(beside)) {
    throw new ModelsError(
      'models.tokenizer',
      `${text.given.folder} has no tokenizer.json.`,
      'Put the tokenizer.json of Gemma 3 beside its weights, or name it with --tokenizer.',
    )
  }
  const ids = openTokenizer(path).encode('a photograph of a red fox in the snow, 35 mm')
  const largest = Math.max(...ids)
  if (largest < vocabulary) return { path, name: 'tokenizer.json' }
  throw new ModelsError(
    'models.tokenizer',
    `${path} gives token ${largest}, but the text encoder knows ${vocabulary} tokens.`,
    'Use the tokenizer.json that was published with it.',
  )
}
