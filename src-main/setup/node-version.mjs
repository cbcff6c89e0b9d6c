import { SetupError } from './setup-error.mjs'

const OLDEST = [20, 19]

/** Throws SetupError when this Node is older than the packages need. */
export function checkNodeVersion(version = process.versions.node) {
  const [major = 0, minor = 0] = version.split('.').map(Number)
  const [oldestMajor = 0, oldestMinor = 0] = OLDEST
  if (major > oldestMajor || (major === oldestMajor && minor >= oldestMinor)) return
  throw new SetupError(`Node ${version} is too old.`, `Install Node ${OLDEST.join('.')} or newer from https://nodejs.org.`)
}
