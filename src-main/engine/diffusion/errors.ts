import { EngineError } from '../ir/errors'

/** A setting of a transport, sampler, objective or optimiser that has no meaning. Names the setting, what was given, what is allowed. */
export class SettingError extends EngineError {
  constructor(what: { readonly setting: string; readonly got: unknown; readonly need: string }) {
    super(
      'diffusion.setting',
      `${what.setting} is ${show(what.got)}, but must be ${what.need}.`,
      `Set ${what.setting} to ${what.need}.`,
    )
  }
}

/** Arrays of a batch that do not belong together. Names the array, its length or shape, and what was expected. */
export class BatchError extends EngineError {
  constructor(what: { readonly name: string; readonly got: string; readonly need: string }) {
    super('diffusion.batch', `'${what.name}' is ${what.got}, expected ${what.need}.`, `Give '${what.name}' as ${what.need}.`)
  }
}

function show(value: unknown): string {
  if (typeof value === 'string') return `'${value}'`
  return typeof value === 'object' ? JSON.stringify(value) : String(value)
}
