import { appendFileSync, existsSync, readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { GenerateTask, JobNews } from '../../shared/engine/protocol'
import { GenerationId, JobId } from '../../shared/schema/id'
import { TimConfig } from '../../src-main/engine/models/tim/config'
import { timParameters } from '../../src-main/engine/models/tim/parameters'
import { sizeOf } from '../../src-main/engine/ir/tensor'
import { writeModelFolder } from '../support/model-folder'
import { temporaryFolder } from '../support/temporary-folder'
import { EngineHost } from '../../src-main/engine-host/engine-host'
import { patience } from '../../src-main/engine-host/patience'
import { forkChild } from '../../src-main/engine-host/fork-child'

/** The built engine in a process of its own, with a model whose files change under it. */
const entry = resolve(process.env['TIM_ENGINE'] ?? 'out/engine/entry.js')
const folder = temporaryFolder()
const model = join(folder, 'model')
const weights = join(model, 'transformer', 'model.safetensors')
const job = JobId.parse('01kb0000000000000000000001')
let host: EngineHost
let sha256: string

/**
 * Puts a network in the place of the tiny one that is large enough to stay mapped in its file. All its weights are zero, so that the
 * file takes no room.
 */
function widen(): void {
  const config = TimConfig.parse({
    ...(JSON.parse(readFileSync(join(model, 'transformer', 'config.json'), 'utf8')) as object),
    hidden_size: 1024,
    num_heads: 16,
    depth: 4,
  })
  let at = 0
  const entries = [...timParameters(config, { projector: false })].map(([key, shape]) => {
    const begin = at
    at += 4 * sizeOf(shape)
    return [key, { dtype: 'F32', shape, data_offsets: [begin, at] }] as const
  })
  const header = Buffer.from(JSON.stringify(Object.fromEntries(entries)))
  const length = Buffer.alloc(8)
  length.writeBigUInt64LE(BigInt(header.length))
  writeFileSync(weights, Buffer.concat([length, header]))
  truncateSync(weights, 8 + header.length + at)
  writeFileSync(join(model, 'transformer', 'config.json'), JSON.stringify(config))
  const manifest = JSON.parse(readFileSync(join(model, 'model.json'), 'utf8')) as {
    components: { transformer: { bytes: number } }
  }
  manifest.components.transformer.bytes = statSync(weights).size
  writeFileSync(join(model, 'model.json'), JSON.stringify(manifest))
}

beforeAll(async () => {
  if (!existsSync(entry)) throw new Error(`${entry} is not built: npm test builds it before the tests run.`)
  await writeModelFolder(model, 'tiny')
  widen()
  host = new EngineHost(
    () => forkChild(entry, process.env),
    () => undefined,
    { ...patience, restartMs: 1 },
  )
  host.start()
  const [found] = await host.listModels([{ folder: model, embedded: false }])
  sha256 = found?.card.sha256 ?? ''
})
afterAll(() => host.close())

function task(steps: number): GenerateTask {
  return {
    kind: 'generate',
    model,
    recipe: {
      version: 1,
      model: { name: 'tiny', sha256 },
      prompt: 'a red fox',
      negativePrompt: '',
      steps,
      width: 32,
      height: 32,
      cfg: { scale: 1, low: 0, high: 1 },
      seed: 1,
      imageIndex: 0,
      noise: 'philox4x32-10/1',
      stochasticity: 0,
      sampleType: 'transition',
      adapters: [],
      precision: 'f32',
      provider: 'cpu',
    },
    pictures: [
      {
        generation: GenerationId.parse('01kb0000000000000000000100'),
        imageIndex: 0,
        file: join(folder, 'picture.png'),
        frames: join(folder, 'frames'),
      },
    ],
  }
}

const draw = (steps: number, onNews: (news: JobNews) => void = () => undefined) => host.run(job, task(steps), onNews)

test('a file that changed between two jobs is named before the second begins, and the engine lives', async () => {
  const { size } = statSync(weights)
  expect(await draw(2)).toEqual({ is: 'finished' })
  const { pid } = host
  appendFileSync(weights, 'x')
  const ending = await draw(2)
  expect(ending).toMatchObject({ is: 'failed', died: false, failure: { code: 'model-changed', file: weights } })
  // What lies there now is looked at anew, and is not the model.
  expect(await draw(2)).toMatchObject({ is: 'failed', failure: { code: 'model-broken' } })
  truncateSync(weights, size)
  expect(await draw(2)).toEqual({ is: 'finished' })
  expect(host.pid).toBe(pid)
})

// Windows does not let a mapped file shrink.
test.skipIf(process.platform === 'win32')(
  'a mapped file that shrinks ends the engine by SIGBUS, which is told by its name',
  async () => {
    const { size } = statSync(weights)
    let isCut = false
    const ending = await draw(1000, (news) => {
      if (news.is === 'step' && !isCut) {
        truncateSync(weights, 64 * 1024)
        isCut = true
      }
    })
    expect(ending).toMatchObject({ is: 'failed', died: true, failure: { code: 'model-changed', file: weights } })
    expect(ending.is === 'failed' && ending.failure.message).toContain(`The file ${weights} changed while in use`)
    expect(ending.is === 'failed' && ending.failure.detail).toContain('SIGBUS')
    truncateSync(weights, size)
    expect(await draw(2)).toEqual({ is: 'finished' })
  },
)
