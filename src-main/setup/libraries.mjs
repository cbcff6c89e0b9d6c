import { existsSync, readFileSync, statSync } from 'node:fs'
import { delimiter, dirname, join } from 'node:path'
import { lastLines, runQuietly } from './command.mjs'
import { electronExecutable } from './electron.mjs'
import { SetupError } from './setup-error.mjs'

/** Shared libraries that Electron loads, with the Debian packages that hold them (newer releases renamed some). */
const LIBRARIES = [
  { soname: 'libgtk-3.so.0', packages: ['libgtk-3-0t64', 'libgtk-3-0'] },
  { soname: 'libnss3.so', packages: ['libnss3'] },
  { soname: 'libasound.so.2', packages: ['libasound2t64', 'libasound2'] },
  { soname: 'libgbm.so.1', packages: ['libgbm1'] },
]
/** What the tests need besides: windows where there is no screen, and the loader of Vulkan drivers. */
const SCREEN = [
  { program: 'Xvfb', packages: ['xvfb'] },
  { program: 'xauth', packages: ['xauth'] },
]
const VULKAN = { soname: 'libvulkan.so.1', packages: ['libvulkan1'] }

/**
 * Installs the system libraries that Electron needs on Linux: as root with apt-get, else it names the exact command.
 * @param {(line: string) => void} say
 * @param {{ screen: boolean }} needs screen: also what tests need, a virtual screen above all
 */
export function installLibraries(say, { screen }) {
  if (process.platform !== 'linux') return
  const missing = missingPackages(screen)
  if (missing.length > 0) {
    const command = `apt-get install -y --no-install-recommends ${missing.join(' ')}`
    if (!existsSync('/usr/bin/apt-get')) {
      throw new SetupError(
        `System libraries are missing: ${missing.join(', ')} (Debian's names).`,
        "Install your system's packages of them.",
      )
    }
    if (process.getuid?.() !== 0) throw new SetupError('System libraries are missing.', `Run: sudo ${command}`)
    say(`system libraries: ${command}`)
    aptInstall(command.split(' '))
  }
  checkSandbox()
}

/** @param {boolean} screen */
function missingPackages(screen) {
  const ldconfig = existsSync('/sbin/ldconfig') ? '/sbin/ldconfig' : 'ldconfig'
  const { output } = runQuietly(ldconfig, ['-p'])
  const libraries = [...LIBRARIES, ...(screen ? [VULKAN] : [])].filter(({ soname }) => !output.includes(`${soname} `))
  const programs = screen ? SCREEN.filter(({ program }) => !onPath(program)) : []
  return [...libraries, ...programs].map(({ packages }) => packages.find(aptKnows) ?? packages[packages.length - 1] ?? '')
}

const onPath = (/** @type {string} */ program) =>
  (process.env.PATH ?? '').split(delimiter).some((folder) => existsSync(join(folder, program)))

/** Whether apt can install a package of exactly this name (a virtual name has no candidate). */
const aptKnows = (/** @type {string} */ name) => /Candidate: (?!\(none\))/.test(runQuietly('apt-cache', ['policy', name]).output)

/** @param {string[]} command */
function aptInstall([program = 'apt-get', ...args]) {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  if (runQuietly(program, args, { env }).ok) return
  // A fresh machine has no package lists, or old ones.
  runQuietly(program, ['update'], { env })
  const { ok, output } = runQuietly(program, args, { env })
  if (ok) return
  throw new SetupError(
    `System libraries could not be installed:\n${lastLines(output, 8)}`,
    `Run: ${[program, ...args].join(' ')}, resolve what it reports, and run again.`,
  )
}

/** Chromium's sandbox needs unprivileged user namespaces, which some Ubuntus keep to named programs, or a setuid helper. */
function checkSandbox() {
  const restricted = '/proc/sys/kernel/apparmor_restrict_unprivileged_userns'
  if (process.getuid?.() === 0 || !existsSync(restricted) || readFileSync(restricted, 'utf8').trim() !== '1') return
  const helper = join(dirname(electronExecutable() ?? ''), 'chrome-sandbox')
  const { uid, mode } = statSync(helper)
  if (uid === 0 && (mode & 0o4000) !== 0) return
  throw new SetupError(
    "This system keeps user namespaces from Electron's sandbox.",
    `Give its helper the rights it needs: sudo chown root:root "${helper}" && sudo chmod 4755 "${helper}"`,
  )
}
