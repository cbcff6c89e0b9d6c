import { EngineError } from '../ir/errors'

/** What the operating system refused, in words. */
const REASONS: { readonly [code: string]: { readonly code: string; readonly what: string; readonly remedy: string } } = {
  ENOENT: { code: 'file.missing', what: 'does not exist', remedy: 'Check the name, or restore the file.' },
  ENOTDIR: { code: 'file.missing', what: 'lies below something that is not a folder', remedy: 'Check the path.' },
  EISDIR: { code: 'file.is-folder', what: 'is a folder, not a file', remedy: 'Name a file.' },
  EACCES: { code: 'file.denied', what: 'may not be accessed', remedy: 'Change its permissions, or choose another place.' },
  EPERM: { code: 'file.denied', what: 'may not be accessed', remedy: 'Change its permissions, or choose another place.' },
  EROFS: { code: 'file.denied', what: 'is on a read-only disk', remedy: 'Choose a folder on another disk.' },
  ENOSPC: { code: 'file.disk-full', what: 'does not fit: the disk is full', remedy: 'Free some space, then try again.' },
  EDQUOT: { code: 'file.disk-full', what: 'does not fit: the disk quota is used up', remedy: 'Free some space, then try again.' },
  EFBIG: { code: 'file.disk-full', what: 'is larger than this file system allows', remedy: 'Choose a folder on another disk.' },
  ENAMETOOLONG: { code: 'file.name', what: 'has a name too long for this file system', remedy: 'Choose a shorter name.' },
  ELOOP: { code: 'file.name', what: 'is a chain of links without end', remedy: 'Repair the links.' },
  EMFILE: {
    code: 'file.busy',
    what: 'cannot be opened: too many files are open',
    remedy: 'Close other programs, then try again.',
  },
  EBUSY: { code: 'file.busy', what: 'is in use by another program', remedy: 'Close that program, then try again.' },
  EIO: { code: 'file.io', what: 'cannot be read or written: the disk reports an error', remedy: 'Check the disk.' },
}

/** The operating system's code of an error, such as ENOENT. */
export function systemCode(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error)) return undefined
  return typeof error.code === 'string' ? error.code : undefined
}

/** A file that could not be read or written, and why. `code` is one of file.missing, file.denied, file.disk-full, … */
export class FileError extends EngineError {
  constructor(
    readonly path: string,
    cause: unknown,
  ) {
    const system = systemCode(cause)
    const reason = system === undefined ? undefined : REASONS[system]
    const detail = cause instanceof Error ? cause.message : String(cause)
    super(
      reason?.code ?? 'file.io',
      reason ? `${path} ${reason.what}.` : `${path}: ${detail}`,
      reason?.remedy ?? 'Check the file and its disk, then try again.',
      { cause },
    )
  }
}

/** Runs `action`; what the system refuses becomes a FileError naming `path`. Other errors pass unchanged. */
export function onFile<T>(path: string, action: () => T): T {
  try {
    return action()
  } catch (error) {
    throw systemCode(error)?.startsWith('E') ? new FileError(path, error) : error
  }
}

/** As `onFile`, for promises. */
export async function onFileAsync<T>(path: string, action: () => Promise<T>): Promise<T> {
  try {
    return await action()
  } catch (error) {
    throw systemCode(error)?.startsWith('E') ? new FileError(path, error) : error
  }
}
