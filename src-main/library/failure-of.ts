import { FailureError, type Failure } from '#shared/ipc/failure'
import { NewerLibraryError } from './tables'

const mistake = {
  code: 'internal',
  message: 'Something went wrong inside TiM Studio.',
  remedy: 'Try again; if it happens again, copy the details and report it.',
} satisfies Failure

const damaged = {
  code: 'library-broken',
  message: 'The library’s database is damaged.',
  remedy:
    'Restart TiM Studio: it sets the damaged file aside and restores the last backup. Your pictures are files of their own and are safe.',
} satisfies Failure

/** What an error of the file system or of SQLite means to the user. Everything that is not known is a mistake of ours. */
export function failureOf(error: unknown, folder: string): Failure {
  if (error instanceof FailureError) return error.failure
  const detail = error instanceof Error ? (error.stack ?? error.message) : String(error)
  if (error instanceof NewerLibraryError) {
    return {
      code: 'library-broken',
      message: 'Your library was last used with a newer version of TiM Studio.',
      remedy: 'Install the newest version, or start with another data folder (TIM_HOME).',
      detail,
    }
  }
  switch (codeOf(error)) {
    case 'ENOSPC':
    case 'EDQUOT':
    case 'SQLITE_FULL':
      return {
        code: 'disk-full',
        folder,
        message: 'The disk is full.',
        remedy: `Free some space on the disk that holds ${folder}, then try again. Everything made so far is kept.`,
        detail,
      }
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
    case 'ENOTDIR':
    case 'SQLITE_READONLY':
    case 'SQLITE_CANTOPEN':
      return {
        code: 'not-writable',
        folder,
        message: `TiM Studio may not write into ${folder}.`,
        remedy: 'Allow writing to that folder, or choose another data folder (TIM_HOME).',
        detail,
      }
    case 'SQLITE_BUSY':
    case 'SQLITE_LOCKED':
      return {
        code: 'in-use',
        by: 'another program',
        message: 'The library is busy: another program is writing to it.',
        remedy: 'Try again in a moment; close other programs that have the library open.',
        detail,
      }
    case 'SQLITE_CORRUPT':
    case 'SQLITE_NOTADB':
      return { ...damaged, detail }
    default:
      return { ...mistake, detail }
  }
}

/** The code of an error: its `code`, or the number in the driver's message when a file cannot be opened. */
export function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return ''
  if ('code' in error && typeof error.code === 'string' && error.code !== '') {
    // Extended codes such as SQLITE_READONLY_DBMOVED carry the plain one in front.
    return /^SQLITE_[A-Z]+/.exec(error.code)?.[0] ?? error.code
  }
  const opened = /Unable to open connection.*: (\d+)/.exec(error.message)
  if (opened === null) return ''
  return (
    { '8': 'SQLITE_READONLY', '11': 'SQLITE_CORRUPT', '13': 'SQLITE_FULL', '14': 'SQLITE_CANTOPEN', '26': 'SQLITE_NOTADB' }[
      opened[1] ?? ''
    ] ?? ''
  )
}
