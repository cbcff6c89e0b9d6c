import { ESLint } from 'eslint'
import tseslint from 'typescript-eslint'
import { describe, expect, test } from 'vitest'
import { layers } from './layers.js'
import { plugin } from './rules.js'

const eslint = new ESLint({
  overrideConfigFile: true,
  overrideConfig: [
    {
      files: ['**/*.{ts,tsx}'],
      languageOptions: { parser: tseslint.parser },
      plugins: { tim: plugin },
      rules: { 'tim/direction': 'error', 'tim/file-name': 'error' },
    },
  ],
})

async function objections(filePath: string, code: string): Promise<string[]> {
  const [result] = await eslint.lintText(code, { filePath })
  return (result?.messages ?? []).map(({ message }) => message)
}

const imports = (source: string): string => `import { x } from '${source}'\nexport const y = x\n`

/** [file, what it imports, why not]. */
const forbidden: [string, string, RegExp][] = [
  ['shared/units.ts', 'react', /shared may import zod only/],
  ['shared/units.ts', 'node:fs', /shared may import zod only/],
  ['shared/units.ts', '../src-main/engine/ir/tensor', /shared may not import ir/],
  ['src-renderer/state/store.ts', '../../src-main/library/sqlite', /renderer may not import library/],
  ['src-renderer/state/store.ts', 'node:fs', /renderer runs in a browser/],
  ['src-renderer/state/store.ts', 'fs', /renderer runs in a browser/],
  ['src-renderer/state/store.ts', 'electron', /Only .* may import electron/],
  ['src-renderer/state/store.ts', 'onnxruntime-node', /Only src-main\/engine\/runtime\/session.ts/],
  ['src-main/app/main.ts', '../engine/ir/tensor', /app may not import ir/],
  ['src-main/ipc/handle.ts', '../engine/jobs/generate', /ipc may not import jobs/],
  ['src-main/library/sqlite.ts', '../engine/weights/safetensors', /library may not import weights/],
  ['src-main/library/sqlite.ts', 'electron', /Only .* may import electron/],
  ['src-main/engine-host/host.ts', '../engine/entry', /engine-host may not import entry/],
  ['src-main/preload/index.ts', '../ipc/handle', /preload may not import ipc/],
  ['src-main/cli/main.ts', '../engine/runtime/session', /cli may not import runtime/],
  ['src-main/cli/main.ts', '../app/main', /cli may not import app/],
  ['src-main/cli/main.ts', 'electron', /Only .* may import electron/],
  ['src-main/engine/jobs/generate.ts', 'electron', /Only .* may import electron/],
  ['src-main/engine/jobs/generate.ts', '../../library/sqlite', /jobs may not import library/],
  ['src-main/engine/jobs/generate.ts', '../entry', /jobs may not import entry/],
  ['src-main/engine/jobs/generate.ts', 'onnxruntime-node', /Only src-main\/engine\/runtime\/session.ts/],
  ['src-main/engine/runtime/devices.ts', 'onnxruntime-node', /Only src-main\/engine\/runtime\/session.ts/],
  ['src-main/engine/runtime/session.ts', '../nn/linear', /runtime may not import nn/],
  ['src-main/engine/ir/tensor.ts', '../ops/table', /ir may not import ops/],
  ['src-main/engine/ops/add.ts', '../autodiff/vjp', /ops may not import autodiff/],
  ['src-main/engine/ops/add.ts', '../nn/linear', /ops may not import nn/],
  ['src-main/engine/autodiff/vjp.ts', '../nn/linear', /autodiff may not import nn/],
  ['src-main/engine/autodiff/vjp.ts', '../passes/fuse', /autodiff may not import passes/],
  ['src-main/engine/passes/fuse.ts', '../models/tim/build', /passes may not import models/],
  ['src-main/engine/nn/linear.ts', '../diffusion/network', /nn may not import diffusion/],
  ['src-main/engine/nn/linear.ts', '../runtime/session', /nn may not import runtime/],
  ['src-main/engine/onnx/encode.ts', '../ops/table', /onnx may not import ops/],
  ['src-main/engine/weights/safetensors.ts', '../models/tim/keys', /weights may not import models/],
  ['src-main/engine/images/read.ts', '../jobs/generate', /images may not import jobs/],
  ['src-main/engine/models/tim/build.ts', '../../training/adamw', /models may not import training/],
  ['src-main/engine/diffusion/sampler.ts', '../models/tim/build', /diffusion may not import models/],
  ['src-main/engine/training/adamw.ts', '../models/tim/build', /training may not import models/],
  ['src-main/engine/models/tim/build.ts', '../../jobs/generate', /models may not import jobs/],
  ['src-main/engine/diffusion/sampler.ts', '../training/adamw', /diffusion may not import training/],
  ['src-main/engine/training/adamw.ts', '../jobs/finetune', /training may not import jobs/],
  ['src-main/engine/unknown/file.ts', '../ir/tensor', /is in no layer/],
  ['src-main/engine/ir/tensor.ts', '../unknown/file', /is in no layer/],
]

const allowed: [string, string][] = [
  ['shared/units.ts', 'zod'],
  ['shared/ipc/contract.ts', '../units'],
  ['src-renderer/state/store.ts', '#shared/units'],
  ['src-renderer/state/store.ts', 'react'],
  ['src-main/app/main.ts', '../engine-host/host'],
  ['src-main/app/main.ts', 'electron'],
  ['src-main/cli/main.ts', '../library/sqlite'],
  ['src-main/cli/main.ts', '../engine/jobs/generate'],
  ['src-main/engine/entry.ts', './jobs/generate'],
  ['src-main/engine/models/tim/build.ts', '../../nn/linear'],
  ['src-main/engine/models/tim/network.ts', '../../diffusion/network'],
  ['src-main/engine/runtime/session.ts', 'onnxruntime-node'],
  ['src-main/engine/runtime/session.ts', '../onnx/encode'],
  ['src-main/engine/ir/tensor.test.ts', 'vitest'],
  ['src-main/engine/ops/add.ort.test.ts', '../runtime/session'],
  ['src-main/engine/ops/add.ort.test.ts', '../../../test/support/check-op'],
]

describe('imports go one way', () => {
  test.each(forbidden)('%s may not import %s', async (file, source, why) => {
    expect(await objections(file, imports(source))).toEqual([expect.stringMatching(why)])
  })

  test.each(allowed)('%s may import %s', async (file, source) => {
    expect(await objections(file, imports(source))).toEqual([])
  })

  test('types, re-exports and dynamic imports count as imports', async () => {
    for (const code of [
      `import type { X } from '../ops/table'\nexport type Y = X`,
      `export { x } from '../ops/table'`,
      `export * from '../ops/table'`,
      `export const load = () => import('../ops/table')`,
      `export type Y = import('../ops/table').X`,
    ]) {
      expect(await objections('src-main/engine/ir/tensor.ts', code), code).toEqual([
        expect.stringMatching(/ir may not import ops/),
      ])
    }
  })

  test('a guarded package is guarded from require too', async () => {
    const code = `import { createRequire } from 'node:module'\nexport const ort = createRequire(import.meta.url)('onnxruntime-node')`
    expect(await objections('src-main/engine/jobs/generate.ts', code)).toEqual([expect.stringMatching(/Only .*session.ts/)])
    expect(await objections('src-main/engine/runtime/session.ts', code)).toEqual([])
  })

  test('each layer but tests forbids something', () => {
    for (const { name, may } of layers) expect(may === true, name).toBe(name === 'test')
  })
})

describe('the doors between processes have one keeper each', () => {
  test.each([
    [
      'src-main/ipc/handlers/generate.ts',
      `import { ipcMain } from 'electron'\nexport const x = ipcMain`,
      /Only src-main\/ipc\/handle.ts may use ipcMain/,
    ],
    [
      'src-main/app/main.ts',
      `import { ipcRenderer } from 'electron'\nexport const x = ipcRenderer`,
      /Only src-main\/preload may use ipcRenderer/,
    ],
    ['src-main/app/main.ts', `import * as electron from 'electron'\nexport const x = electron`, /Import the names/],
    [
      'src-main/engine/jobs/generate.ts',
      `export const port = process.parentPort`,
      /Only src-main\/engine\/entry.ts and src-main\/engine\/desk.ts may use parentPort/,
    ],
  ])('%s: %s', async (file, code, why) => {
    expect(await objections(file, code)).toEqual([expect.stringMatching(why)])
  })

  test.each([
    ['src-main/ipc/handle.ts', `import { ipcMain } from 'electron'\nexport const x = ipcMain`],
    ['src-main/preload/index.ts', `import { ipcRenderer } from 'electron'\nexport const x = ipcRenderer`],
    ['src-main/engine/entry.ts', `export const port = process.parentPort`],
  ])('%s may', async (file, code) => {
    expect(await objections(file, code)).toEqual([])
  })
})

test.each([
  'src-main/library/helpers.ts',
  'src-main/library/utils.ts',
  'src-main/library/TwoWords.ts',
  'src-main/library/two_words.ts',
])('a file is not called %s', async (file) => {
  expect(await objections(file, 'export const x = 1')).toHaveLength(1)
})
