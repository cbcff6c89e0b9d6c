import { basename, dirname } from 'node:path'
import { ToDesk, type DeskTask, type FoundRecipe, type FromDesk } from '#shared/engine/desk'
import type { Failure } from '#shared/ipc/failure'
import type { PromptLength } from '#shared/schema/prompt-length'
import { FileError } from './files/file-error'
import { exportPicture, writeThumbnail } from './images/export-picture'
import { readInfotext } from './images/infotext'
import { keepStartPicture } from './images/keep-start'
import { PictureError } from './images/picture-error'
import { findRecipeInPicture } from './images/recipe-in-picture'
import { EngineError } from './ir/errors'
import { openTokenCounter } from './text/token-count'
import { openModelFolder } from './weights/manifest'

/** What of Electron's utility process is used here; its types would bring electron into the engine. */
interface ParentPort {
  postMessage(message: unknown): void
  on(event: 'message', listener: (event: { readonly data: unknown }) => void): void
}

/**
 * The desk as a process of its own: reads and writes picture files and counts the tokens of prompts, one after the other in the order
 * they were asked for.
 */
function main(): void {
  const { parentPort } = process as typeof process & { readonly parentPort?: ParentPort }
  const say = (message: FromDesk): void => {
    if (parentPort) parentPort.postMessage(message)
    else process.send?.(message)
  }
  let last: Promise<void> = Promise.resolve()
  const receive = (raw: unknown): void => {
    const { ask, task } = ToDesk.parse(raw)
    last = last.then(async () => {
      try {
        say({ is: 'done', ask, ...(await carryOut(task)) })
      } catch (error) {
        say({ is: 'failed', ask, failure: failureFor(error, task) })
      }
    })
  }
  if (parentPort) parentPort.on('message', ({ data }) => receive(data))
  else {
    process.on('message', receive)
    process.on('disconnect', () => process.exit(0))
  }
}

type Answer = Omit<Extract<FromDesk, { is: 'done' }>, 'is' | 'ask'>

async function carryOut(task: DeskTask): Promise<Answer> {
  switch (task.kind) {
    case 'thumbnail':
      await writeThumbnail(task.file, task.out, task.side)
      return {}
    case 'export':
      await exportPicture(task.file, task.out, task)
      return {}
    case 'recipe':
      return { found: recipeOf(task.file) }
    case 'recipe-text':
      return { found: recipeInText(task.text) }
    case 'keep-start':
      return { kept: await keepStartPicture(task.starts, task.file) }
    case 'tokens':
      return { length: lengthOf(task.file, task.prompt) }
  }
}

/** The tokenizer that was asked for last: Gemma's takes a while to read. `of` is its model, told by its hash. */
let counter: { readonly of: string; readonly count: ReturnType<typeof openTokenCounter> } | undefined

function lengthOf(folder: string, prompt: string): PromptLength {
  const model = openModelFolder(folder)
  const of = `${folder} ${model.sha256}`
  if (counter?.of !== of) counter = { of, count: openTokenCounter(model) }
  const { dropped, ...length } = counter.count(prompt)
  return dropped.length === 0 ? length : { ...length, dropped: dropped.join(' ') }
}

/** A picture without a recipe is an answer; a file that cannot be read is a failure. */
function recipeOf(file: string): FoundRecipe {
  try {
    return findRecipeInPicture(file)
  } catch (error) {
    if (error instanceof PictureError) return { kind: 'none', why: `${error.message} ${error.remedy}` }
    throw error
  }
}

function recipeInText(text: string): FoundRecipe {
  const recipe = readInfotext(text)
  return recipe ? { kind: 'partial', recipe } : { kind: 'none', why: 'The text on the clipboard is no recipe.' }
}

function failureFor(error: unknown, { kind, file }: DeskTask): Failure {
  const detail = error instanceof Error ? (error.stack ?? error.message) : String(error)
  if (error instanceof FileError) {
    const { message, remedy } = error
    const folder = dirname(error.path)
    if (error.code === 'file.disk-full') return { code: 'disk-full', folder, message, remedy, detail }
    if (error.code === 'file.denied') return { code: 'not-writable', folder, message, remedy, detail }
    return { code: 'file-broken', file: error.path, message, remedy, detail }
  }
  if (error instanceof PictureError) return { code: 'file-broken', file, message: error.message, remedy: error.remedy, detail }
  if (kind === 'tokens' && error instanceof EngineError) {
    return { code: 'model-broken', model: basename(file), message: error.message, remedy: error.remedy, detail }
  }
  const message = 'A picture file could not be read or written.'
  return { code: 'internal', message, remedy: 'Try again; if it happens again, copy the details and report it.', detail }
}

main()
