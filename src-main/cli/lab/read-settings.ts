import { existsSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { LabSettings, type LabName } from '#shared/schema/lab-settings'
import { UsageError } from '../explain'

/** The settings of an experiment from a file and from KEY=VALUE pairs, which go before it. Throws UsageError naming the setting. */
export function readSettings(name: LabName, file: string | undefined, pairs: readonly string[]): LabSettings {
  const given = { ...(file === undefined ? {} : fromFile(file)), ...Object.fromEntries(pairs.map(pairOf)) }
  const read = LabSettings.safeParse({ ...given, experiment: name })
  if (!read.success) {
    const [issue] = read.error.issues
    const at = issue?.path.join('.') || 'The settings'
    throw new UsageError(
      `${at}: ${issue?.message ?? 'not allowed'}.`,
      `\`tim lab ${name} --check\` shows all settings of this experiment.`,
    )
  }
  const { data } = read
  return 'pictures' in data && data.pictures !== undefined ? { ...data, pictures: resolve(data.pictures) } : data
}

function fromFile(file: string): object {
  if (!existsSync(file)) throw new UsageError(`There is no file ${file}.`, 'Name a file of settings, as `--check` prints them.')
  try {
    const read: unknown = JSON.parse(readFileSync(file, 'utf8'))
    if (typeof read === 'object' && read !== null && !Array.isArray(read)) return read
  } catch {
    // Said below, as for JSON that is no object.
  }
  throw new UsageError(`${file} is no JSON object.`, 'Give a file of settings, as `--check` prints them.')
}

/** `key=value`; the value is JSON, or else a text. */
function pairOf(text: string): readonly [string, unknown] {
  const found = /^([A-Za-z]+)=(.*)$/s.exec(text)
  if (!found) throw new UsageError(`'${text}' is no setting.`, "Give --set KEY=VALUE, such as --set 'nfe=[1,4]'.")
  const [, key = '', value = ''] = found
  try {
    return [key, JSON.parse(value) as unknown]
  } catch {
    return [key, value]
  }
}
