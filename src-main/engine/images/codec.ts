import { createRequire } from 'node:module'
import type Sharp from 'sharp'

export type Codec = typeof Sharp

// Not named `require`: the build adds a `require` of its own to files that seem to need one.
const modules = createRequire(import.meta.url)

/**
 * The one way to sharp. In plain Node, and in Electron on Windows and macOS, that is its native build. In Electron on Linux the native
 * build's glib meets GTK's in one process (warnings in floods, hangs), so there the WebAssembly build serves: same API, same formats.
 */
export function codec(): Promise<Codec> {
  return (loaded ??= load(needsWebAssembly()))
}

let loaded: Promise<Codec> | undefined

/** Whether this process may not load sharp's native build. TIM_IMAGE_CODEC=wasm asks for WebAssembly anywhere. */
function needsWebAssembly(): boolean {
  const inElectronOnLinux = process.platform === 'linux' && process.versions['electron'] !== undefined
  return inElectronOnLinux || process.env['TIM_IMAGE_CODEC'] === 'wasm'
}

async function load(webAssembly: boolean): Promise<Codec> {
  if (webAssembly) hideNativeBuilds()
  const { default: sharp } = await import('sharp')
  // Each picture is read once: a cache would only hold memory. The graphs want the cores.
  sharp.cache(false)
  sharp.concurrency(1)
  return sharp
}

/**
 * sharp tries its native build first and its WebAssembly build when that fails to load. Here the former is made to fail: its place in the
 * module cache is taken by an entry that throws.
 */
function hideNativeBuilds(): void {
  for (const platform of [`linux-${process.arch}`, `linuxmusl-${process.arch}`]) {
    const file = resolved(`@img/sharp-${platform}/sharp.node`)
    if (file === undefined) continue
    Object.defineProperty(modules.cache, file, {
      configurable: true,
      enumerable: true,
      value: {
        id: file,
        filename: file,
        loaded: true,
        children: [],
        paths: [],
        get exports(): never {
          throw Object.assign(new Error('The native build of sharp is left aside.'), { code: 'MODULE_NOT_FOUND' })
        },
      },
    })
  }
}

function resolved(specifier: string): string | undefined {
  try {
    return modules.resolve(specifier)
  } catch {
    return undefined
  }
}
