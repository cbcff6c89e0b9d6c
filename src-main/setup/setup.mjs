import { build } from './build.mjs'
import { installElectron } from './electron.mjs'
import { installLibraries } from './libraries.mjs'
import { alone } from './lock.mjs'
import { checkNodeVersion } from './node-version.mjs'
import { installPackages } from './packages.mjs'
import { SetupError } from './setup-error.mjs'

/** On stderr, for stdout belongs to what runs afterwards. */
const say = (/** @type {string} */ line) => console.error(`setup · ${line}`)

/**
 * Brings a checkout to where it runs. Says one line for each thing it does and nothing for what is already done; ends
 * the process with the remedy when a step cannot be done.
 * @param {{ window?: boolean, screen?: boolean }} [needs] window: Electron and its libraries; screen: a virtual screen too
 */
export async function setup({ window = false, screen = false } = {}) {
  try {
    checkNodeVersion()
    await alone(say, async () => {
      installPackages(say)
      if (window) {
        await installElectron(say)
        installLibraries(say, { screen })
      }
      build(say)
    })
  } catch (error) {
    if (!(error instanceof SetupError)) throw error
    console.error(`\nsetup failed: ${error.message}\n→ ${error.remedy}`)
    process.exit(1)
  }
}
