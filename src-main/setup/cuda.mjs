// npm run cuda: fetches, where an NVIDIA card is there, the library that lets ONNX Runtime use it. That library is built for another
// release than the studio's own, so both come together into a folder of their own, which TIM_ONNXRUNTIME then names.
import { cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { lastLines, runQuietly } from './command.mjs'
import { cacheFolder } from './paths.mjs'

/** The published library and the release it was built for. */
const LIBRARY = { name: 'com.github.asus4.onnxruntime.linux-x64-gpu', version: '0.4.9', runtime: '1.29.0' }
const STAMP = 'libonnxruntime_providers_cuda.version'

if (process.platform !== 'linux' || process.arch !== 'x64') fail('The CUDA library is published for Linux x64 alone.')
if (!['/proc/driver/nvidia/version', '/usr/lib/wsl/lib/libcuda.so.1'].some(existsSync))
  fail('No NVIDIA card with its driver was found, so nothing was fetched.')

const folder = join(cacheFolder(), 'cuda')
mkdirSync(folder, { recursive: true })
writeFileSync(join(folder, 'package.json'), '{"private": true}\n')
console.log(`Fetching ONNX Runtime ${LIBRARY.runtime} and its CUDA library (300 MB) into ${folder} …`)
run('npm', ['install', '--ignore-scripts', '--no-audit', '--no-fund', `onnxruntime-node@${LIBRARY.runtime}`])
// Packed, not installed: its own dependencies are Unity's.
run('npm', ['pack', '--silent', `${LIBRARY.name}@${LIBRARY.version}`])
run('tar', ['xzf', `${LIBRARY.name}-${LIBRARY.version}.tgz`])

const runtime = join(folder, 'node_modules', 'onnxruntime-node')
const { version } = JSON.parse(readFileSync(join(runtime, 'package.json'), 'utf8'))
const binaries = join(runtime, 'bin', 'napi-v6', 'linux', 'x64')
const from = join(folder, 'package', 'Plugins', 'Linux', 'x64')
for (const name of ['libonnxruntime_providers_cuda.so', 'libonnxruntime_providers_shared.so'])
  cpSync(join(from, name), join(binaries, name))
writeFileSync(join(binaries, STAMP), `${LIBRARY.runtime}\n`)
if (version !== LIBRARY.runtime) fail(`The library is for ONNX Runtime ${LIBRARY.runtime}, but ${version} was fetched.`)
console.log(`Done. Start the studio with TIM_ONNXRUNTIME=${runtime}; \`tim doctor\` says whether the card works.`)

/** @param {string} command @param {string[]} args */
function run(command, args) {
  const { ok, output } = runQuietly(command, args, { cwd: folder })
  if (!ok) fail(lastLines(output, 10))
}

/** @param {string} why @returns {never} */
function fail(why) {
  console.error(why)
  process.exit(1)
}
