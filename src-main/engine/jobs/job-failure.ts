import { dirname } from 'node:path'
import type { Failure } from '#shared/ipc/failure'
import { FileError } from '../files/file-error'
import { EngineError } from '../ir/errors'
import { isOutOfMemory } from '../runtime/out-of-memory'
import { WeightsError } from '../weights/weights-error'

/** What went wrong in a job, as data for the window. `model` is how the user knows the model. */
export function jobFailure(error: unknown, model: string): Failure {
  if (isOutOfMemory(error)) {
    return {
      code: 'out-of-memory',
      message: 'There is not enough memory for this picture.',
      remedy: 'Choose a smaller size, or close other programs.',
      detail: detailOf(error),
    }
  }
  if (error instanceof EngineError) return fromEngine(error, model)
  return {
    code: 'internal',
    message: 'Something went wrong while drawing.',
    remedy: 'Generate again; if it happens again, copy the details and report it.',
    detail: detailOf(error),
  }
}

/** Error codes begin with the room they come from. */
function fromEngine(error: EngineError, model: string): Failure {
  const told = { message: error.message, remedy: error.remedy, detail: detailOf(error) }
  if (error.code === 'memory.too-little') return { ...told, code: 'out-of-memory' }
  if (error.code === 'file.disk-full') {
    const folder = error instanceof FileError ? dirname(error.path) : ''
    return { ...told, code: 'disk-full', folder, message: 'The disk is full, so the picture could not be saved.' }
  }
  if (error.code === 'file.denied')
    return { ...told, code: 'not-writable', folder: error instanceof FileError ? dirname(error.path) : '' }
  if (error.code === 'weights.changed' && error instanceof WeightsError)
    return { ...told, code: 'model-changed', file: error.path }
  if (error.code.startsWith('weights.') || error.code === 'file.missing' || error.code === 'file.too-large') {
    return { ...told, code: 'model-broken', model }
  }
  if (error.code === 'text.tokenizer') return { ...told, code: 'model-broken', model }
  // Files that make no model, or not the one that was meant.
  if (error.code.startsWith('models.')) return { ...told, code: 'bad-input', field: error.code.slice('models.'.length) }
  if (error.code.startsWith('adapter.')) return { ...told, code: 'bad-input', field: 'adapters' }
  if (error.code.startsWith('start.')) return { ...told, code: 'bad-input', field: 'start' }
  if (error.code.startsWith('picture.')) return { ...told, code: 'file-broken', file: '' }
  const [, setting] = /^diffusion\.setting$/.test(error.code) ? (/^(\S+) is /.exec(error.message) ?? []) : []
  if (error.code === 'job.setting' || error.code === 'diffusion.setting' || error.code === 'tim.size') {
    return { ...told, code: 'bad-input', field: setting ?? '' }
  }
  return { ...told, code: 'internal' }
}

function detailOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error)
}
