import { cpSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { dataFolder } from '../../src-main/library/folders'
import { makeRandomModel } from '../../src-main/engine/jobs/models/random'
import { openGemma3, type Gemma3Encoder } from '../../src-main/engine/models/gemma3/encoder'
import { textMemory } from '../../src-main/engine/models/gemma3/memory'
import { fromF32, readF32 } from '../../src-main/engine/weights/convert'
import { componentFolder, openModelFolder } from '../../src-main/engine/weights/manifest'
import { openFolder } from '../../src-main/engine/weights/open-weights'
import type { TensorRef, WeightSource } from '../../src-main/engine/weights/tensor-ref'
import { writeSafetensors, type TensorPieces } from '../../src-main/engine/weights/write-safetensors'
import { keeps, record, type Figure } from '../support/figures'
import { peakMemory } from '../support/peak-memory'
import { temporaryFolder } from '../support/temporary-folder'
import { openPeer } from './peer/peer'

const TOKENS = 32
const ROUNDS = 6
const PATIENCE_MS = 1_800_000
const figures: Figure[] = []
const peer = openPeer()
afterAll(() => peer?.close())

/** The text encoder of a full-size random model, in f32 and, as published, in bf16. */
async function folders(): Promise<{ readonly f32: string; readonly bf16: string }> {
  const models = join(dataFolder(), 'models')
  const name = 'random-t2i-xl'
  const signal = new AbortController().signal
  const made = resolve(models, name)
  const known = (() => {
    try {
      return openModelFolder(made)
    } catch {
      return undefined
    }
  })()
  const model =
    known ?? openModelFolder(await makeRandomModel({ models, name, config: 't2i-xl', seed: 0 }, () => undefined, signal))
  const f32 = componentFolder(model, 'text')
  const bf16 = join(temporaryFolder(), 'bf16')
  cpSync(join(f32, 'config.json'), join(bf16, 'config.json'))
  const source = openFolder(f32)
  const narrowed = [...source.tensors].map(([key, ref]) => [key, key.includes('embed') ? ref : narrow(source, ref)] as const)
  await writeSafetensors(join(bf16, 'model.safetensors'), new Map(narrowed))
  return { f32, bf16 }
}

/** A weight in 16 bits, made when its turn comes to be written. */
function narrow(source: WeightSource, { key, shape }: TensorRef): TensorPieces {
  const bytes = (): Uint8Array => new Uint8Array(fromF32(readF32(source, key), 'bf16').data.buffer)
  return { dtype: 'bf16', shape, pieces: () => [bytes()] }
}

const prompt = Array.from({ length: TOKENS }, (_, i) => 2 + ((i * 7919) % 262_000))
const seconds = async (work: () => Promise<unknown>): Promise<number> => {
  const from = performance.now()
  await work()
  return (performance.now() - from) / 1000
}
const median = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN

test(`Gemma 3 1B, ${TOKENS} tokens`, { timeout: PATIENCE_MS }, async () => {
  const found = await folders()
  for (const [precision, folder] of Object.entries(found)) {
    const open = async (): Promise<Gemma3Encoder> => {
      const opened = await openGemma3(folder)
      await opened.encode(prompt)
      return opened
    }
    const firsts: number[] = []
    for (let round = 0; round < 3; round++) firsts.push(await seconds(async () => (await open()).release()))
    let encoder: Gemma3Encoder | undefined
    const memory = await peakMemory(async () => (encoder = await open()))
    const times: number[] = []
    const peers: number[] = []
    for (let round = 0; round < ROUNDS; round++) {
      if (peer) peers.push((await peer.time('text', { tokens: TOKENS })).seconds)
      times.push(await seconds(() => encoder!.encode(prompt)))
    }
    figures.push(
      { what: `${precision}: encode ${TOKENS} tokens`, value: median(times), unit: 's' },
      { what: `${precision}: first use, load and encode`, value: median(firsts), unit: 's' },
      { what: `${precision}: memory of its own`, value: memory.own / 1e6, unit: 'MB' },
      { what: `${precision}: memory with the mapped file (PSS)`, value: memory.pss / 1e6, unit: 'MB' },
      {
        what: `${precision}: estimated memory ÷ measured`,
        value: textMemory(encoder!.config, { tokens: TOKENS, weightBytes: precision === 'f32' ? 4 : 2 }) / memory.pss,
        unit: '×',
      },
    )
    if (peer) {
      figures.push(
        { what: `PyTorch beside ${precision}: encode ${TOKENS} tokens`, value: median(peers), unit: 's' },
        {
          what: `${precision}: time ÷ PyTorch’s (transformers, f32)`,
          value: median(times) / median(peers),
          unit: '×',
          ...(precision === 'f32' ? { bar: { atMost: 1 } } : {}),
        },
      )
    }
    await encoder!.release()
  }
  record('text', figures)
  expect(figures.filter((figure) => !keeps(figure)).map(({ what }) => what)).toEqual([])
})
