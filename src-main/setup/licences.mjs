import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { inRoot } from './paths.mjs'
import { SetupError } from './setup-error.mjs'

const TEXTS = /^(licen[cs]e|copying|notice|third-?party|ofl)/i

/**
 * Collects the licences of every package that the studio is shipped with into out/licences: one text for all, and a list. Electron
 * brings its own.
 */
export function collectLicences() {
  const folder = inRoot('out', 'licences')
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
  const shipped = shippedPackages()
  const chapters = shipped.map(({ name, version, licence, texts }) =>
    [`${name} ${version} (${licence})`, '='.repeat(72), ...texts, ''].join('\n'),
  )
  writeFileSync(join(folder, 'THIRD-PARTY.txt'), chapters.join('\n'))
  writeFileSync(join(folder, 'LICENSE.txt'), readFileSync(inRoot('LICENSE')))
  const list = shipped.map(({ name, version, licence }) => ({ name, version, licence }))
  writeFileSync(join(folder, 'packages.json'), `${JSON.stringify(list, undefined, 1)}\n`)
}

/** The packages that are no tools of development, as the lockfile has them and as they are installed here. */
function shippedPackages() {
  const { packages } = JSON.parse(readFileSync(inRoot('package-lock.json'), 'utf8'))
  return Object.entries(packages)
    .filter(([path, entry]) => path.startsWith('node_modules/') && entry.dev !== true && existsSync(inRoot(path, 'package.json')))
    .map(([path]) => packageAt(path))
    .sort((a, b) => a.name.localeCompare(b.name) || a.version.localeCompare(b.version))
}

/** @param {string} path */
function packageAt(path) {
  const { name, version, license, author, homepage } = JSON.parse(readFileSync(inRoot(path, 'package.json'), 'utf8'))
  const licence = typeof license === 'string' ? license : license?.type
  if (!licence) {
    throw new SetupError(`${path} does not say under which licence it is.`, 'Look it up, or do without the package.')
  }
  const files = readdirSync(inRoot(path)).filter((file) => TEXTS.test(file))
  const texts = files.map((file) => readFileSync(inRoot(path, file), 'utf8').trim())
  const who = [typeof author === 'string' ? author : author?.name, homepage].filter(Boolean).join(', ')
  return { name, version, licence, texts: texts.length > 0 ? texts : [`By ${who || name}, under ${licence}.`] }
}
