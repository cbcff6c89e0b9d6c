import { existsSync, readdirSync } from 'node:fs'
import { resolve } from 'node:path'
import tailwindcss from '@tailwindcss/vite'
import react from '@vitejs/plugin-react'
import { defineConfig } from 'electron-vite'

const at = (path: string): string => resolve(import.meta.dirname, path)

/** The oldest runtimes the app must start on: Electron 33 for windows, Node 20 for the command line. */
const NODE_TARGET = 'node20.18'
const CHROME_TARGET = 'chrome130'

const STARTER = 'src-main/engine/jobs/starter'
const starterPrograms = existsSync(STARTER) ? readdirSync(STARTER).filter((name) => name.endsWith('.cli.ts')) : []

const programs = {
  'main/main': 'src-main/app/main.ts',
  'engine/entry': 'src-main/engine/entry.ts',
  'engine/desk': 'src-main/engine/desk.ts',
  'cli/tim': 'src-main/cli/main.ts',
  ...Object.fromEntries(starterPrograms.map((name) => [`cli/starter-${name.replace('.cli.ts', '')}`, `${STARTER}/${name}`])),
}
const entries = Object.fromEntries(
  Object.entries(programs)
    .map(([name, path]) => [name, at(path)] as const)
    .filter(([, path]) => existsSync(path)),
)

/** Packages stay in node_modules; our own modules begin with a dot, a slash or `#shared`. */
const packages = /^(?![A-Za-z]:[\\/])[^./#\0]/

/**
 * One build of everything that runs: app, engine and command line share one module graph under out/; the preload is one
 * CommonJS file, since a sandboxed preload can load nothing else; the renderer is a page.
 */
export default defineConfig({
  main: {
    build: {
      outDir: 'out',
      // Setup clears what a build writes; whatever else lies in out/ is not the build's.
      emptyOutDir: false,
      target: NODE_TARGET,
      externalizeDeps: false,
      rolldownOptions: {
        input: entries,
        external: [packages],
        output: { entryFileNames: '[name].js', chunkFileNames: 'chunks/[name]-[hash].js' },
      },
    },
  },
  preload: {
    build: {
      target: NODE_TARGET,
      externalizeDeps: false,
      rolldownOptions: {
        input: at('src-main/preload/index.ts'),
        output: { format: 'cjs', entryFileNames: 'index.cjs' },
      },
    },
  },
  ...(existsSync(at('src-renderer/index.html')) && {
    renderer: {
      root: 'src-renderer',
      plugins: [react(), tailwindcss()],
      build: {
        outDir: 'out/renderer',
        target: CHROME_TARGET,
        rolldownOptions: { input: at('src-renderer/index.html') },
      },
    },
  }),
})
